public import Memory
public import Strided
public import Timing

/// Runs `body` with the elements of a buffer of Python's protocol as one span in C order, ready to be sent.
///
/// Where the elements can be had in place, as `withSendBuffer` of a strided array. Where they cannot (behind pointers, in
/// another byte order, on more than 8 axes), they are packed into a buffer of the cache, in this machine's byte order.
///
/// ```swift
/// try withSendBuffer(view, as: Double.self) { try world.send($0, to: right, tag: 1) }
/// ```
///
/// - Parameters:
///   - view: The elements to send.
///   - type: What an element is.
///   - allocator: Whose memory the buffer is to be, where one is needed.
///   - cache: Where the buffer is from, and goes back to.
///   - timer: What the packing is timed by; no timer costs nothing.
///   - body: What to do with the elements.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; before `body` runs, `BufferError` if the elements are of another type, `AllocationError`
///   or `TransferError` if there is no buffer.
/// - Complexity: grows with the elements where they are packed.
public func withSendBuffer<Element: ArrayElement, Result: ~Copyable>(
  _ view: borrowing BufferView, as type: Element.Type, allocator: Allocator = .host,
  cache: BufferCache = .shared, timer: Timer? = nil, _ body: (Span<Element>) throws -> Result
) throws -> Result {
  guard try view.structure.needsCopying() else {
    return try withSendBuffer(
      view.strided(as: type), allocator: allocator, cache: cache, timer: timer, body)
  }
  guard allocator.space.isReachableByProcessor else { throw StagingError.unreachable(allocator.space) }
  let mark = timer?.mark
  var buffer = try Buffer.popFromCache(
    allocator: allocator, shape: [view.structure.count], dtype: Element.dtype, cache: cache)
  try buffer.filled { (elements: inout MutableSpan<Element>) in try view.pack(into: &elements) }
  try buffer.finalizeMemoryTransfer()
  if let timer, let mark { timer.record(ClockName.pack, since: mark, bytes: view.len) }
  return try buffer.read(by: body)
}

/// Runs `body` with one span in C order that stands for the elements of a buffer of Python's protocol, to be received into.
///
/// Where the elements can be had in place, as `withReceiveBuffer` of a strided array. Where they cannot, the span is that
/// of a buffer of the cache, whose elements are unpacked when `body` returns, into the byte order that theirs is. When
/// `body` throws, nothing is unpacked.
///
/// - Important: `body` writes every element, or throws; the buffer holds what its last user left.
///
/// - Parameters:
///   - view: The elements to receive.
///   - type: What an element is.
///   - allocator: Whose memory the buffer is to be, where one is needed.
///   - cache: Where the buffer is from, and goes back to.
///   - timer: What the unpacking is timed by; no timer costs nothing.
///   - body: What fills the elements.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; before `body` runs, `BufferError` if the elements are of another type or may not be
///   written, `AllocationError` if there is no buffer; ``StagingError/messageSize(expected:found:)`` if `body` returns the
///   status of a message that does not fill the array.
/// - Complexity: grows with the elements where they are unpacked.
@discardableResult
public func withReceiveBuffer<Element: ArrayElement, Result>(
  _ view: inout BufferView, as type: Element.Type, allocator: Allocator = .host,
  cache: BufferCache = .shared, timer: Timer? = nil,
  _ body: (inout MutableSpan<Element>) throws -> Result
) throws -> Result {
  guard !view.readonly else { throw BufferError.notWritable }
  guard try view.structure.needsCopying() else {
    var array = try view.mutableStrided(as: type)
    return try withReceiveBuffer(&array, allocator: allocator, cache: cache, timer: timer, body)
  }
  guard allocator.space.isReachableByProcessor else { throw StagingError.unreachable(allocator.space) }
  var buffer = try Buffer.popFromCache(
    allocator: allocator, shape: [view.structure.count], dtype: Element.dtype, cache: cache)
  let result = try buffer.filled(by: body)
  try checkMessage(result, filled: buffer.byteCount)
  let mark = timer?.mark
  try buffer.finalizeMemoryTransfer()
  try buffer.read { (elements: Span<Element>) in try view.unpack(from: elements) }
  if let timer, let mark { timer.record(ClockName.unpack, since: mark, bytes: view.len) }
  return result
}
