public import Memory
public import Strided
public import Timing

/// Runs `body` with the elements of an array as one span in C order, ready to be sent.
///
/// Where the array itself is contiguous in C order, the span is the array's own memory, and nothing is copied or
/// timed. Where it is not, its elements are packed into a buffer of the cache first; `timer` then counts one hit, the
/// time and the bytes under the name `pack`, allocation included and `body` not. The buffer goes back when `body`
/// returns or throws.
///
///     try withSendBuffer(field[.all, .last(3)], timer: timer) { face in
///       try world.send(face, to: right, tag: 1)
///     }
///
/// Nothing of the buffer may be in use when `body` returns: wait for a non-blocking send inside.
///
/// - Parameters:
///   - array: The elements to send.
///   - allocator: Whose memory the buffer is to be, where one is needed.
///   - cache: Where the buffer is from, and goes back to.
///   - timer: What the packing is timed by; no timer costs nothing.
///   - body: What to do with the elements.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; `AllocationError` or `TransferError`, before `body` runs, if there is no buffer;
///   ``StagingError/unreachable(_:)`` if the allocator's memory is a device's own, which nobody can take a span of.
/// - Complexity: grows with the elements where they are packed; allocates nothing when a buffer is idle.
@inlinable
public func withSendBuffer<Element: ArrayElement, Result: ~Copyable>(
  _ array: borrowing StridedView<Element>, allocator: Allocator = .host, cache: BufferCache = .shared,
  timer: Timer? = nil, _ body: (Span<Element>) throws -> Result
) throws -> Result {
  if unsafe isAligned(array.base, array.layout.offset, for: Element.self), let span = array.span {
    return try body(span)
  }
  return try unsafe Buffer.packed(
    array.base, array.layout, Element.dtype, allocator: allocator, cache: cache, timer: timer
  ).read(by: body)
}

/// Whether there can be a span of elements that begin here.
@inlinable
@inline(__always)
func isAligned<Element>(_ base: UnsafeRawPointer, _ offset: Int, for type: Element.Type) -> Bool {
  (UInt(bitPattern: base) &+ UInt(bitPattern: offset)) & UInt(MemoryLayout<Element>.alignment - 1) == 0
}

extension Buffer {
  // A function of its own: a buffer in a constant of the scope that lends a span of it would be put on the heap.
  @inlinable
  borrowing func read<Element: ArrayElement, Result: ~Copyable>(
    by body: (Span<Element>) throws -> Result
  ) throws -> Result {
    try body(span(as: Element.self))
  }

  /// A buffer with the elements of an array in C order.
  @usableFromInline
  static func packed(
    _ base: UnsafeRawPointer, _ layout: Layout, _ dtype: DType, allocator: Allocator, cache: BufferCache,
    timer: Timer?
  ) throws -> Buffer {
    guard allocator.space.isReachableByProcessor else { throw StagingError.unreachable(allocator.space) }
    let mark = timer?.mark
    let buffer = try Buffer.popFromCache(
      allocator: allocator, shape: layout.shape, dtype: dtype, cache: cache)
    unsafe buffer.memory.pack(base, layout)
    try buffer.finalizeMemoryTransfer()
    if let timer, let mark { timer.record(ClockName.pack, since: mark, bytes: layout.byteCount) }
    return buffer
  }
}

/// Runs `body` with the elements of a device's array as one span in C order, ready to be sent.
///
/// The elements are packed on the device and copied into a buffer of the cache, which the processor and MPI can touch:
/// of pinned memory unless another allocator is given. `body` runs when they are there; only this buffer is waited for,
/// and what the array's queue was given before. `timer` counts one hit, the time and the bytes under the name `pack`.
///
///     try withSendBuffer(grid[.all, .last(3)], timer: timer) { try world.send($0, to: right, tag: 1) }
///
/// - Parameters:
///   - array: The elements to send.
///   - allocator: Whose memory the buffer is to be; `nil` for memory that is pinned for the array's device.
///   - cache: Where the buffer is from, and goes back to.
///   - timer: What the packing is timed by; no timer costs nothing.
///   - body: What to do with the elements.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; before `body` runs, `AllocationError` if there is no buffer, ``StagingError`` or
///   `TransferError` for what failed on the device, ``StagingError/unreachable(_:)`` if the allocator's memory is a
///   device's own.
/// - Complexity: a launch and a copy; allocates nothing when buffers are idle and the part was sent before.
public func withSendBuffer<Element: ArrayElement, Result: ~Copyable>(
  _ array: DeviceArray<Element>, allocator: Allocator? = nil, cache: BufferCache = .shared,
  timer: Timer? = nil, _ body: (Span<Element>) throws -> Result
) throws -> Result {
  let allocator = allocator ?? .pinned(array.device)
  guard allocator.space.isReachableByProcessor else { throw StagingError.unreachable(allocator.space) }
  let mark = timer?.mark
  var buffer = try Buffer.popFromCache(
    allocator: allocator, shape: array.shape, dtype: Element.dtype, cache: cache)
  try buffer.assign(from: array)
  try buffer.finalizeMemoryTransfer()
  if let timer, let mark { timer.record(ClockName.pack, since: mark, bytes: buffer.byteCount) }
  return try buffer.read(by: body)
}
