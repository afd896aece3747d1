/// An array that others may use through the buffer protocol while it stays in place: what Python's `array.array` is there.
///
/// ```swift
/// let array = try ExportableArray(shape: [64, 48], repeating: 0.0)
/// array.withMutableView { $0[3, 4] = 1.5 }
/// let export = try array.export(.full)                    // a BufferView, or a Py_buffer for a C extension
/// try array.resize(to: [128, 48])                         // throws: exported once
/// ```
///
/// It may be used on any thread; as in Python, who writes sees to it that nobody reads meanwhile.
@safe public final class ExportableArray<Element: ArrayElement>: BufferExporter, @unchecked Sendable {
  /// How often the array is exported.
  public let exports = BufferExports()

  /// Where the elements lie, counted from the first.
  public private(set) var layout: Layout

  private var memory: UnsafeMutableBufferPointer<Element>
  private let order: Layout.Order
  private let format: String?
  private let value: Element

  /// Allocates an array, every element the same.
  ///
  /// - Parameters:
  ///   - shape: Elements along each axis.
  ///   - value: What each is, also those that come in by a ``resize(to:)``.
  ///   - order: Which axis is contiguous in memory.
  ///   - format: What an element is, for structs of your own; `nil` for numbers.
  /// - Throws: `BufferError.invalid` if an extent is negative or the bytes cannot be counted.
  public init(
    shape: PerAxis, repeating value: Element, order: Layout.Order = .c, format: String? = nil
  ) throws(BufferError) {
    self.format = format
    layout = try ExportableArray.layout(shape, order)
    self.order = order
    self.value = value
    unsafe memory = ExportableArray.allocate(layout, value)
  }

  private static func layout(_ shape: PerAxis, _ order: Layout.Order) throws(BufferError) -> Layout {
    let size = MemoryLayout<Element>.stride
    guard Layout.byteCount(contiguous: shape, itemSize: size) != nil else {
      throw .invalid(
        part: "shape", expected: "extents of 0 or more, and bytes that an Int can count", found: "\(shape)")
    }
    return Layout(contiguous: shape, itemSize: size, order: order)
  }

  private static func allocate(
    _ layout: Layout, _ value: Element
  ) -> UnsafeMutableBufferPointer<Element> {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: layout.count)
    unsafe memory.initialize(repeating: value)
    return unsafe memory
  }

  /// The address of the first element.
  @unsafe public var bufferStart: UnsafeMutableRawPointer {
    unsafe memory.baseAddress.map { UnsafeMutableRawPointer($0) } ?? anyMutableAddress()
  }

  /// The whole array, writable.
  public var bufferStructure: BufferStructure {
    get throws(BufferError) { try BufferStructure(layout, Element.dtype, format: format) }
  }

  /// Lends the elements for reading.
  public func withView<Result, Failure: Error>(
    _ body: (StridedView<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(unsafe StridedView(unsafeStart: UnsafeRawPointer(bufferStart), layout: layout))
  }

  /// Lends the elements for reading and writing.
  public func withMutableView<Result, Failure: Error>(
    _ body: (inout MutableStridedView<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var view = unsafe MutableStridedView<Element>(unsafeStart: bufferStart, layout: layout)
    return try body(&view)
  }

  /// Gives the array another shape; elements at indices that both shapes have stay.
  ///
  /// - Throws: `BufferError.exported` if the array is exported, `.invalid` if no memory has that shape, or it has another
  ///   number of axes: nothing is changed.
  public func resize(to shape: PerAxis) throws(BufferError) {
    guard shape.count == layout.rank else {
      throw .invalid(part: "shape", expected: "\(layout.rank) axes, as the array has", found: "\(shape)")
    }
    let resized = try ExportableArray.layout(shape, order)
    try exports.whileNone("resize") { move(to: resized) }
  }

  /// Gives the memory back before the array ends; it has no elements from then on.
  ///
  /// - Throws: `BufferError.exported` if the array is exported: nothing is changed.
  public func free() throws(BufferError) {
    let none = try ExportableArray.layout(PerAxis(repeating: 0, count: max(layout.rank, 1)), order)
    try exports.whileNone("free") {
      unsafe memory.deallocate()
      unsafe memory = ExportableArray.allocate(none, value)
      layout = none
    }
  }

  private func move(to resized: Layout) {
    let moved = unsafe ExportableArray.allocate(resized, value)
    let common = resized.shape.indices.map { AxisSlice.first(Swift.min(resized.shape[$0], layout.shape[$0])) }
    if let start = moved.baseAddress {
      let copy = StridedCopy(from: layout.sliced(by: common), to: resized.sliced(by: common))
      unsafe copy.execute(from: bufferStart, to: start)
    }
    unsafe memory.deallocate()
    unsafe memory = moved
    layout = resized
  }

  // An export holds the array: here there is none.
  deinit { unsafe memory.deallocate() }
}
