public import Memory
public import Strided

/// Runs `body` with a buffer from a cache, which goes back when `body` returns or throws.
///
///     let sum = try withArrayBuffer(shape: [64, 3], dtype: .float64) { buffer in
///       try buffer.assign(from: face)
///       return total(buffer.span(as: Double.self))
///     }
///
/// - Parameters:
///   - allocator: Whose memory it is to be.
///   - shape: Elements per axis.
///   - dtype: What an element is.
///   - cache: Where the buffer is from, and goes back to.
///   - body: What to do with the buffer; its elements are at first whatever the last user left.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; `AllocationError`, before `body` runs, if there is no memory.
/// - Complexity: O(1) beside `body`; allocates nothing when a buffer is idle.
@inlinable
public func withArrayBuffer<Result: ~Copyable>(
  allocator: Allocator = .host, shape: PerAxis, dtype: DType, cache: BufferCache = .shared,
  _ body: (inout Buffer) throws -> Result
) throws -> Result {
  var buffer = try Buffer.popFromCache(allocator: allocator, shape: shape, dtype: dtype, cache: cache)
  return try body(&buffer)
}
