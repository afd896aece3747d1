public import Memory
public import Strided

/// What a buffer is: whose memory, of which shape, of which elements.
///
/// Equal descriptions are equal keys, however they were written: `Int` and `Int64` are one dtype, and
/// `.hugePages(above: 4096)` made twice is one allocator. Buffers with equal keys stand for each other in a
/// ``BufferCache``.
public struct BufferKey: Hashable, Sendable {
  /// Where the memory is from.
  public let allocator: Allocator

  /// Elements per axis; in memory the last axis runs fastest, without gaps.
  public let shape: PerAxis

  /// What an element is.
  public let dtype: DType

  /// Makes the key of buffers of this kind.
  public init(allocator: Allocator, shape: PerAxis, dtype: DType) {
    self.allocator = allocator
    self.shape = shape
    self.dtype = dtype
  }
}

extension BufferKey: CustomStringConvertible {
  /// Shape, dtype and allocator in one line.
  public var description: String {
    "shape \(shape) of \(dtype) from allocator \"\(allocator)\""
  }
}
