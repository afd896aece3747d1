public import Strided

extension ArrayBuffer {
  /// Allocates an array, all bytes 0.
  ///
  /// - Parameters:
  ///   - shape: Elements along each axis.
  ///   - dtype: What an element is.
  ///   - order: Which axis is contiguous in memory: the last (`.c`) or the first (`.fortran`).
  ///   - allocator: Where the memory comes from, and so in which space it lies.
  /// - Throws: `ArrayBufferError.allocation`: no such memory, or no memory can have that size.
  public init(
    shape: PerAxis, dtype: DType, order: Layout.Order = .c, allocator: Allocator = .host
  ) throws(ArrayBufferError) {
    guard let byteCount = Layout.byteCount(contiguous: shape, itemSize: dtype.size) else {
      throw .allocation(
        AllocationError(
          allocator: allocator.description, byteCount: .max,
          reason: .impossibleSize(of: "shape \(shape) of \(dtype)")))
    }
    self.init(
      try MemoryBlock(byteCount: byteCount, allocator: allocator),
      Layout(contiguous: shape, itemSize: dtype.size, order: order), dtype)
  }

  /// Allocates an array, every element the same.
  ///
  /// - Throws: `ArrayBufferError`: no such memory, or it cannot be filled.
  /// - Complexity: O(elements).
  public init<Element: ArrayElement>(
    shape: PerAxis, repeating value: Element, order: Layout.Order = .c, allocator: Allocator = .host
  ) throws(ArrayBufferError) {
    try self.init(shape: shape, dtype: Element.dtype, order: order, allocator: allocator)
    try fill(value)
  }

  /// Allocates an array whose elements are to be written before they are read.
  ///
  /// - Throws: `ArrayBufferError.allocation`: no such memory, or no memory can have that size.
  public static func empty(
    shape: PerAxis, dtype: DType, order: Layout.Order = .c, allocator: Allocator = .host
  ) throws(ArrayBufferError) -> ArrayBuffer {
    // Allocators give zeros, which cost nothing more: fresh pages hold them.
    try ArrayBuffer(shape: shape, dtype: dtype, order: order, allocator: allocator)
  }

  /// An array without elements.
  ///
  /// - Parameter shape: A shape with an extent of 0; traps if it has none.
  public static func zeroLength(shape: PerAxis = [0], dtype: DType) -> ArrayBuffer {
    guard shape.contains(0) else { fatalError("ArrayBuffer: shape \(shape) has elements") }
    return ArrayBuffer(
      FlatBuffer.zeroLength.block, Layout(contiguous: shape, itemSize: dtype.size), dtype)
  }

  /// An array that someone lends, without copying it; it stays lent as long as a buffer of it is left.
  ///
  /// - Parameters:
  ///   - export: Elements of any strides, in this machine's byte order, not behind pointers, of at most 8 axes.
  ///   - type: What an element is.
  /// - Throws: `ArrayBufferError.buffer` if it is not such an array; the export is ended then.
  public init<Element: ArrayElement>(
    borrowing export: consuming BufferExport, as type: Element.Type
  ) throws(ArrayBufferError) {
    let layout: Layout
    do throws(BufferError) {
      layout = try export.structure.layout(as: type)
    } catch {
      throw .buffer(error)
    }
    self.init(MemoryBlock(borrowing: export), layout, Element.dtype)
  }

  /// An array of a device that the program allocated itself, without copying it.
  public init<Element: ArrayElement>(adopting array: DeviceArray<Element>) {
    self.init(MemoryBlock(adopting: array.memory), array.layout, Element.dtype)
  }

  /// Allocates a contiguous copy of a strided array.
  ///
  /// - Throws: `ArrayBufferError`: no such memory, or it cannot be copied there.
  /// - Complexity: O(elements).
  public init<Element: ArrayElement>(
    copying array: StridedView<Element>, order: Layout.Order = .c, allocator: Allocator = .host
  ) throws(ArrayBufferError) {
    try self.init(shape: array.shape, dtype: Element.dtype, order: order, allocator: allocator)
    let copy = StridedCopy(from: array.layout, to: layout)
    let source = unsafe array.base
    try unsafe onHostBytes(writing: true) { start in unsafe copy.execute(from: source, to: start) }
  }
}
