public import MPI
public import Memory
public import Strided
public import Timing

/// Runs `body` with one span in C order that stands for the elements of an array, to be received into.
///
/// Where the array itself is contiguous in C order, the span is the array's own memory, and nothing is copied or
/// timed. Where it is not, the span is that of a buffer, whose elements are unpacked into the array when `body`
/// returns; `timer` then counts one hit, the time and the bytes under the name `unpack`. When `body` throws, the
/// buffer goes back and nothing is unpacked.
///
///     try withReceiveBuffer(&halo, timer: timer) { halo in
///       try world.receive(into: &halo, from: right, tag: 1)
///     }
///
/// - Important: `body` writes every element, or throws; the buffer holds what its last user left. The exact
///   `Communicator.receive(into:from:tag:)` does so: a message of another size throws before memory is touched, and the
///   array is as it was, staged or not. Where `body` returns the `Status` of a message, its size is checked as well: what
///   `receive(upTo:from:tag:)` received is unpacked only if it filled the buffer.
///
/// Nothing of the buffer may be in use when `body` returns: wait for a non-blocking receive inside.
///
/// - Parameters:
///   - array: The elements to receive.
///   - allocator: Whose memory the buffer is to be, where one is needed.
///   - cache: Where the buffer is from, and goes back to.
///   - timer: What the unpacking is timed by; no timer costs nothing.
///   - body: What fills the elements.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; `AllocationError`, before `body` runs, if there is no buffer; `TransferError` if the
///   memory's own transfers failed; ``StagingError/unreachable(_:)`` if the allocator's memory is a device's own, which
///   nobody can take a span of; ``StagingError/messageSize(expected:found:)`` if `body` returns the status of a
///   message that does not fill the array. An array that is staged is as it was then.
/// - Complexity: grows with the elements where they are unpacked; allocates nothing when a buffer is idle.
@inlinable
@discardableResult
public func withReceiveBuffer<Element: ArrayElement, Result>(
  _ array: inout MutableStridedView<Element>, allocator: Allocator = .host, cache: BufferCache = .shared,
  timer: Timer? = nil, _ body: (inout MutableSpan<Element>) throws -> Result
) throws -> Result {
  if unsafe isAligned(UnsafeRawPointer(array.base), array.layout.offset, for: Element.self),
    var span = array.mutableSpan
  {
    let byteCount = span.count * MemoryLayout<Element>.stride
    let result = try body(&span)
    try checkMessage(result, filled: byteCount)
    return result
  }
  guard allocator.space.isReachableByProcessor else { throw StagingError.unreachable(allocator.space) }
  var buffer = try Buffer.popFromCache(
    allocator: allocator, shape: array.shape, dtype: Element.dtype, cache: cache)
  let result = try buffer.filled(by: body)
  try checkMessage(result, filled: buffer.byteCount)
  try unsafe buffer.unpack(to: array.base, array.layout, timer: timer)
  return result
}

/// Throws if `result` is the status of a message of another size.
@inlinable
func checkMessage<Result>(_ result: Result, filled byteCount: Int) throws(StagingError) {
  guard let status = result as? Status, status.byteCount != byteCount else { return }
  throw .messageSize(expected: byteCount, found: status.byteCount)
}

extension Buffer {
  @inlinable
  mutating func filled<Element: ArrayElement, Result>(
    by body: (inout MutableSpan<Element>) throws -> Result
  ) throws -> Result {
    var span = mutableSpan(as: Element.self)
    return try body(&span)
  }

  /// Copies all elements into an array, once they have arrived.
  @usableFromInline
  borrowing func unpack(
    to base: UnsafeMutableRawPointer, _ destination: Layout, timer: Timer?
  ) throws(TransferError) {
    let mark = timer?.mark
    try finalizeMemoryTransfer()
    unsafe memory.unpack(to: base, destination)
    if let timer, let mark { timer.record(ClockName.unpack, since: mark, bytes: destination.byteCount) }
  }
}

/// Runs `body` with one span in C order that stands for the elements of a device's array, to be received into.
///
/// The span is that of a buffer which the processor and MPI can touch: of pinned memory unless another allocator is
/// given. When `body` returns, its elements are copied to the device and unpacked there, by the array's own queue: what
/// that queue is given afterwards meets the new elements, and nothing is waited for. The buffer goes back, and is
/// another's when the copy is done. `timer` counts one hit, the time of giving the work to the queue and the bytes
/// under the name `unpack`. When `body` throws, the array is as it was.
///
///     try withReceiveBuffer(grid[.all, .first(3)]) { try world.receive(into: &$0, from: left, tag: 1) }
///
/// - Important: `body` writes every element, or throws; the buffer holds what its last user left.
///
/// - Parameters:
///   - array: The elements to receive.
///   - allocator: Whose memory the buffer is to be; `nil` for memory that is pinned for the array's device.
///   - cache: Where the buffer is from, and goes back to.
///   - timer: What the unpacking is timed by; no timer costs nothing.
///   - body: What fills the elements.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; `AllocationError`, before `body` runs, if there is no buffer; ``StagingError`` for what
///   failed on the device, for an allocator whose memory is a device's own, and if `body` returns the status of a
///   message that does not fill the array.
/// - Complexity: a copy and a launch; allocates nothing when buffers are idle and the part was received before.
@discardableResult
public func withReceiveBuffer<Element: ArrayElement, Result>(
  _ array: DeviceArray<Element>, allocator: Allocator? = nil, cache: BufferCache = .shared,
  timer: Timer? = nil, _ body: (inout MutableSpan<Element>) throws -> Result
) throws -> Result {
  let allocator = allocator ?? .pinned(array.device)
  guard allocator.space.isReachableByProcessor else { throw StagingError.unreachable(allocator.space) }
  var buffer = try Buffer.popFromCache(
    allocator: allocator, shape: array.shape, dtype: Element.dtype, cache: cache)
  let result = try buffer.filled(by: body)
  try checkMessage(result, filled: buffer.byteCount)
  let mark = timer?.mark
  try buffer.assign(to: array)
  if let timer, let mark { timer.record(ClockName.unpack, since: mark, bytes: buffer.byteCount) }
  return result
}
