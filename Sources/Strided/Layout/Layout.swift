/// Where the elements of an n-dimensional array lie in memory.
///
/// A layout is a shape (elements per axis), the strides in *bytes* from one element to the next along each axis
/// (of either sign, 0 for a broadcast axis), the size of an element, and the offset in bytes from a base address
/// to the element at index `[0, 0, …]`. It does not know the base address. It is stored inline and never
/// allocates.
///
///     let grid = Layout(contiguous: [64, 64, 64], itemSize: 8)
///     let face = grid[.all, .all, .last(3)]        // shape [64, 64, 3], offset 488
///
/// Every layout that exists fits into the address range: making one whose element count or byte offsets
/// overflow an `Int` traps. Where shapes come from a user's configuration, ask
/// ``byteCount(contiguous:itemSize:)`` first, which answers `nil`.
///
/// - Complexity: every operation takes time that grows with the rank alone.
@frozen public struct Layout: BitwiseCopyable, Hashable, Sendable {
  /// Which axis of a contiguous array runs fastest through memory.
  @frozen public enum Order: Hashable, Sendable {
    /// The last axis (row-major), as in C and NumPy.
    case c
    /// The first axis (column-major), as in Fortran.
    case fortran
  }

  /// Elements per axis.
  public let shape: PerAxis

  /// Bytes from one element to the next, per axis.
  public let strides: PerAxis

  /// The size of an element in bytes.
  public let itemSize: Int

  /// Bytes from the base address to the element at index `[0, 0, …]`.
  public let offset: Int

  /// An array of a shape with given byte strides.
  ///
  /// Traps unless `shape` and `strides` have as many axes, no extent is negative, `itemSize` is positive, and
  /// all offsets and the bytes of all elements together can be counted in an `Int`.
  public init(shape: PerAxis, strides: PerAxis, itemSize: Int, offset: Int = 0) {
    guard shape.count == strides.count else {
      fatalError("Layout: \(strides.count) strides for the \(shape.count) axes of shape \(shape)")
    }
    guard itemSize > 0 else {
      fatalError("Layout: an item size of \(itemSize) bytes; it must be positive")
    }
    for axis in shape.indices where shape[axis] < 0 {
      fatalError("Layout: axis \(axis) has the negative extent \(shape[axis])")
    }
    self.init(unchecked: shape, strides: strides, itemSize: itemSize, offset: offset)
    guard hasCountableBytes else {
      fatalError("Layout: the bytes of \(self) cannot be counted in an Int")
    }
  }

  /// A contiguous array.
  ///
  /// Traps if an extent is negative, `itemSize` is not positive, or the bytes cannot be counted in an `Int`.
  public init(contiguous shape: PerAxis, itemSize: Int, order: Order = .c) {
    guard Layout.byteCount(contiguous: shape, itemSize: itemSize) != nil else {
      fatalError(
        "Layout: no contiguous array of shape \(shape) with items of \(itemSize) bytes: extents must not be"
          + " negative, the item size must be positive and the bytes countable in an Int")
    }
    var strides = PerAxis(repeating: 0, count: shape.count)
    var stride = itemSize
    for position in shape.indices {
      let axis = order == .c ? shape.count - 1 - position : position
      strides[axis] = stride
      // Wraps only in an array with an extent of 0, which has no second element to go to.
      stride &*= Swift.max(shape[axis], 1)
    }
    self.init(unchecked: shape, strides: strides, itemSize: itemSize, offset: 0)
  }

  // For layouts derived from a checked one, whose elements lie where that one's do.
  init(unchecked shape: PerAxis, strides: PerAxis, itemSize: Int, offset: Int) {
    self.shape = shape
    self.strides = strides
    self.itemSize = itemSize
    self.offset = offset
  }

  /// The bytes of a contiguous array, or `nil` if they cannot be counted in an `Int`, an extent is negative, or
  /// the item size is not positive.
  public static func byteCount(contiguous shape: PerAxis, itemSize: Int) -> Int? {
    guard itemSize > 0, shape.allSatisfy({ $0 >= 0 }) else { return nil }
    guard !shape.contains(0) else { return 0 }
    var bytes = itemSize
    for extent in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
      guard !overflow else { return nil }
      bytes = product
    }
    return bytes
  }

  private var hasCountableBytes: Bool {
    guard Layout.byteCount(contiguous: shape, itemSize: itemSize) != nil else { return false }
    guard !isEmpty else { return true }
    var (lower, upper) = (offset, offset)
    for axis in shape.indices {
      let (reach, reachOverflow) = strides[axis].multipliedReportingOverflow(by: shape[axis] - 1)
      var overflow: Bool
      if reach < 0 {
        (lower, overflow) = lower.addingReportingOverflow(reach)
      } else {
        (upper, overflow) = upper.addingReportingOverflow(reach)
      }
      guard !reachOverflow, !overflow else { return false }
    }
    let (end, endOverflow) = upper.addingReportingOverflow(itemSize)
    return !endOverflow && !end.subtractingReportingOverflow(lower).overflow
  }

  /// How many axes there are.
  @inlinable public var rank: Int { shape.count }

  /// How many elements there are; 1 for an array without axes.
  @inlinable public var count: Int {
    guard !isEmpty else { return 0 }
    var product = 1
    for axis in 0..<shape.count { product &*= shape.values[axis] }
    return product
  }

  /// The bytes of all elements together, without the gaps between them.
  @inlinable public var byteCount: Int { count &* itemSize }

  /// Whether there is no element, since some extent is 0.
  @inlinable public var isEmpty: Bool {
    for axis in 0..<shape.count where shape.values[axis] == 0 { return true }
    return false
  }

  /// The smallest range of bytes, counted from the base address, that holds every element.
  ///
  /// It is empty if there is no element.
  public var byteBounds: Range<Int> {
    guard !isEmpty else { return offset..<offset }
    var (lower, upper) = (offset, offset)
    for axis in shape.indices {
      let reach = strides[axis] * (shape[axis] - 1)
      if reach < 0 { lower += reach } else { upper += reach }
    }
    return lower..<(upper + itemSize)
  }

  /// Bytes from the base address to the element at an index.
  ///
  /// Traps unless the index has one number per axis, each inside its axis.
  @inlinable public func byteOffset(of index: PerAxis) -> Int {
    guard index.count == shape.count else { trapOnIndex(index) }
    var bytes = offset
    for axis in 0..<shape.count {
      let position = index.values[axis]
      guard position >= 0, position < shape.values[axis] else { trapOnIndex(index) }
      bytes &+= position &* strides.values[axis]
    }
    return bytes
  }

  @usableFromInline @inline(never)
  func trapOnIndex(_ index: PerAxis) -> Never {
    fatalError("Layout: index \(index) is outside an array of shape \(shape)")
  }
}

extension Layout: CustomStringConvertible {
  /// Shape, strides, item size and offset in one line.
  public var description: String {
    "shape \(shape), strides \(strides) bytes, items of \(itemSize) bytes, offset \(offset)"
  }
}
