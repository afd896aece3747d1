/// What a buffer is, but for its address: everything that Python's `Py_buffer` tells of the memory.
///
/// ```swift
/// let grid = try BufferStructure(format: "d", shape: [64, 48])                       // contiguous, C order
/// let column = try BufferStructure(format: "d", shape: [64], strides: [384])
/// ```
///
/// The members have the names and the meaning of the C API's page "Buffer Protocol"; those that a request leaves out are
/// `nil`, as they are `NULL` there. ``extents``, ``steps`` and ``elementSize`` are what is meant then.
///
/// Every structure that exists is sound: its bytes and the distances between its elements can be counted in an `Int`.
public struct BufferStructure: Hashable, Sendable {
  /// The most axes that a buffer has, `PyBUF_MAX_NDIM`.
  public static let maximumAxes = 64

  /// The bytes of one item.
  public let itemsize: Int

  /// Whether the memory may only be read.
  public let readonly: Bool

  /// What an item is, as a ``BufferFormat`` is written; where it is `nil`, unsigned bytes are meant, or whatever has
  /// ``itemsize`` bytes.
  public var format: String? { formatBytes.map { String(decoding: $0, as: UTF8.self) } }

  // As bytes, since Swift 6.3 does not see that a view outlives an export whose structure holds a `String`.
  private let formatBytes: [UInt8]?

  /// The number of axes; 0 for one item alone.
  public let ndim: Int

  /// Items along each axis.
  public let shape: [Int]?

  /// Bytes from one item to the next along each axis.
  public let strides: [Int]?

  /// Where an axis leads to pointers, how many bytes behind what they point to its items begin; below 0 where it does not.
  public let suboffsets: [Int]?

  /// The bytes of all items together.
  public let len: Int

  /// Describes memory, with a shape and, if they are given, strides and suboffsets.
  ///
  /// - Parameters:
  ///   - itemsize: The bytes of one item; `nil` for those of the format.
  ///   - format: What an item is; `nil` if that is not known.
  ///   - shape: Items along each axis; empty for one item alone.
  ///   - strides: Bytes from one item to the next along each axis; `nil` for contiguous memory in C order.
  ///   - suboffsets: For each axis the bytes behind its pointers, below 0 where there are none; `nil` for no pointers.
  ///   - readonly: Whether the memory may only be read.
  /// - Throws: `BufferError.format` if the item size is asked of a format that cannot be read; `.invalid` if the parts do
  ///   not fit each other: more than 64 axes, a negative extent, another number of strides than axes, suboffsets without
  ///   strides, bytes that cannot be counted.
  public init(
    itemsize: Int? = nil, format: String?, shape: [Int], strides: [Int]? = nil, suboffsets: [Int]? = nil,
    readonly: Bool = false
  ) throws(BufferError) {
    let formatSize = itemsize == nil ? try BufferStructure.parsed(format ?? "B").size : 0
    try self.init(
      itemsize: itemsize ?? formatSize, format: format, ndim: shape.count,
      shape: shape, strides: strides, suboffsets: suboffsets, len: nil, readonly: readonly)
  }

  /// Describes bytes.
  ///
  /// - Throws: `BufferError.invalid` for a negative number.
  public init(byteCount: Int, readonly: Bool = false) throws(BufferError) {
    try self.init(format: "B", shape: [byteCount], readonly: readonly)
  }

  /// Describes memory by all members of a `Py_buffer`; `len` is checked if it is given.
  init(
    itemsize: Int, format: String?, ndim: Int, shape: [Int]?, strides: [Int]?, suboffsets: [Int]?, len: Int?,
    readonly: Bool
  ) throws(BufferError) {
    self.itemsize = itemsize
    self.readonly = readonly
    formatBytes = format.map { Array($0.utf8) }
    self.ndim = ndim
    // Of one item alone nothing else is told.
    self.shape = ndim == 0 ? nil : shape
    self.strides = ndim == 0 ? nil : strides
    // Where no axis has a pointer, there are no suboffsets.
    self.suboffsets = suboffsets.flatMap { $0.contains { $0 >= 0 } ? $0 : nil }
    let parts = BufferStructureParts(
      itemsize: itemsize, ndim: ndim, shape: self.shape, strides: self.strides, suboffsets: self.suboffsets,
      len: len)
    self.len = try parts.checkedByteCount()
  }

  private static func parsed(_ format: String) throws(BufferError) -> BufferFormat {
    do throws(BufferFormatError) {
      return try BufferFormat(format)
    } catch {
      throw .format(error)
    }
  }
}

// MARK: - What is meant

extension BufferStructure {
  /// Items along each axis; of bytes alone, which have no shape, how many they are.
  public var extents: [Int] { shape ?? (ndim == 0 ? [] : [len]) }

  /// The bytes of an element: of bytes alone one, whatever the item size.
  public var elementSize: Int { isBytesAlone ? 1 : itemsize }

  /// Bytes from one item to the next along each axis: those of C order where no strides are given.
  public var steps: [Int] {
    strides ?? BufferStructure.contiguousStrides(shape: extents, itemsize: elementSize, order: .c)
  }

  /// How many elements there are.
  public var count: Int { extents.contains(0) ? 0 : extents.reduce(1, *) }

  /// Whether there is no element.
  public var isEmpty: Bool { extents.contains(0) }

  /// Whether neither shape nor strides are told: what `BufferFlags.simple` gives.
  var isBytesAlone: Bool { shape == nil && ndim > 0 }

  /// What an element is, read.
  ///
  /// - Throws: `BufferError.format` if it cannot be read, or has another number of bytes than the items; `.elementType` if
  ///   no format is given, and the items are not single bytes.
  public func elementFormat() throws(BufferError) -> BufferFormat {
    guard format != nil || elementSize == 1 else {
      throw .elementType(
        expected: "a known type", found: "items of \(itemsize) bytes without a format: ask for 'format'")
    }
    let parsed = try BufferStructure.parsed(isBytesAlone ? "B" : format ?? "B")
    guard parsed.size == elementSize else {
      throw .elementType(
        expected: "items of \(elementSize) bytes", found: "format \"\(parsed)\" of \(parsed.size) bytes")
    }
    return parsed
  }
}
