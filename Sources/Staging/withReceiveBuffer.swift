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
///   array is as it was, staged or not. Where a shorter message is possible, return the `Status` of
///   `receive(upTo:from:tag:)` from `body`, and it is checked.
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
///   memory's own transfers failed. An array that is not contiguous is as it was then.
/// - Complexity: grows with the elements where they are unpacked; allocates nothing when a buffer is idle.
@inlinable
public func withReceiveBuffer<Element: ArrayElement, Result: ~Copyable>(
  _ array: inout MutableStridedView<Element>, allocator: Allocator = .host, cache: BufferCache = .shared,
  timer: Timer? = nil, _ body: (inout MutableSpan<Element>) throws -> Result
) throws -> Result {
  if unsafe passesThrough(
    UnsafeRawPointer(array.base), array.layout, alignment: MemoryLayout<Element>.alignment),
    var span = array.mutableSpan
  {
    return try body(&span)
  }
  var buffer = try Buffer.popFromCache(
    allocator: allocator, shape: array.shape, dtype: Element.dtype, cache: cache)
  let result = try buffer.filled(by: body)
  try unsafe buffer.unpack(to: array.base, array.layout, timer: timer)
  return result
}

/// Runs `body` with one span in C order that stands for the elements of an array, and checks that the message that
/// `body` received there filled it.
///
/// The same as the function whose `body` returns anything, and a message that is shorter than the array is an error.
/// Where the array is staged it is as it was then; where the span is the array's own memory, `receive(upTo:from:tag:)`
/// has stored the message's elements already.
///
/// - Throws: ``StagingError/messageSize(expected:found:)`` if the status that `body` returns is that of a message with
///   fewer bytes than the array; else what the other function throws.
@inlinable
@discardableResult
public func withReceiveBuffer<Element: ArrayElement>(
  _ array: inout MutableStridedView<Element>, allocator: Allocator = .host, cache: BufferCache = .shared,
  timer: Timer? = nil, _ body: (inout MutableSpan<Element>) throws -> Status
) throws -> Status {
  let expected = array.layout.byteCount
  return try withReceiveBuffer(&array, allocator: allocator, cache: cache, timer: timer) {
    (span: inout MutableSpan<Element>) throws -> ReceivedStatus in
    let status = try body(&span)
    guard status.byteCount == expected else {
      throw StagingError.messageSize(expected: expected, found: status.byteCount)
    }
    return ReceivedStatus(status: status)
  }.status
}

// A result of another type than `Status`, so that the checking function calls the other and not itself.
@usableFromInline
struct ReceivedStatus {
  @usableFromInline let status: Status

  @usableFromInline
  init(status: Status) {
    self.status = status
  }
}

extension Buffer {
  @inlinable
  mutating func filled<Element: ArrayElement, Result: ~Copyable>(
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
    unsafe StridedCopy(from: layout, to: destination).execute(from: self.base, to: base)
    if let timer, let mark { timer.record("unpack", since: mark, bytes: destination.byteCount) }
  }
}
