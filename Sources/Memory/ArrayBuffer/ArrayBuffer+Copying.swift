public import Strided

extension ArrayBuffer {
  /// The same elements in the memory space of an allocator: this array if it is there, else a contiguous copy.
  ///
  /// - Throws: `ArrayBufferError`: no such memory, or they cannot be copied.
  public func moved(to allocator: Allocator) throws(ArrayBufferError) -> ArrayBuffer {
    allocator.space == space ? self : try copied(to: allocator)
  }

  /// The same elements where the processor reaches them: this array if it does, else a contiguous copy.
  ///
  /// - Throws: `ArrayBufferError`: no memory, or they cannot be copied.
  public func onHost() throws(ArrayBufferError) -> ArrayBuffer {
    space.isReachableByProcessor ? self : try copied(to: .host)
  }

  /// A contiguous copy.
  ///
  /// - Parameters:
  ///   - allocator: Where it shall lie; `nil` for where this array does.
  ///   - order: Which axis is contiguous in memory.
  /// - Throws: `ArrayBufferError`: no such memory, or the elements cannot be copied.
  /// - Complexity: O(elements).
  public func copied(
    to allocator: Allocator? = nil, order: Layout.Order = .c
  ) throws(ArrayBufferError) -> ArrayBuffer {
    let copy = try ArrayBuffer(
      shape: shape, dtype: dtype, order: order, allocator: allocator ?? block.allocatorOfCopies)
    try copy.copy(from: self)
    return copy
  }

  /// Sets the elements to those of another array of the same shape and type, in any memory space; the two may share memory.
  ///
  /// - Throws: `ArrayBufferError.shape` or `.dtype` if they do not fit; `.buffer` if this memory is lent for reading only;
  ///   or they cannot be copied.
  /// - Complexity: O(elements). Parts of a device's memory that are not contiguous go through the host with all that lies
  ///   between their elements; in inner loops stage a ``DeviceArray``.
  public func copy(from other: ArrayBuffer) throws(ArrayBufferError) {
    try check(other.dtype)
    guard other.shape == shape else { throw .shape(expected: shape, found: other.shape) }
    let sameOrder = [Layout.Order.c, .fortran].contains {
      layout.isContiguous(in: $0) && other.layout.isContiguous(in: $0)
    }
    if sameOrder, other.block !== block {
      return try block.copy(other.block, other.layout.byteBounds, to: layout.byteBounds.lowerBound)
    }
    if other.block === block, layout.byteBounds.overlaps(other.layout.byteBounds) {
      return try copy(from: other.copied())
    }
    let copy = StridedCopy(from: other.layout, to: layout)
    try unsafe other.onHostBytes(writing: false) { source throws(ArrayBufferError) in
      try unsafe onHostBytes(writing: true) { target in unsafe copy.execute(from: source, to: target) }
    }
  }
}
