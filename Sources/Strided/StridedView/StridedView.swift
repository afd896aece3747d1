/// An n-dimensional array that is read: elements somewhere in memory, at the places that a ``Layout`` names.
///
/// A view owns nothing and cannot outlive the memory that it was made from; the compiler sees to it. Make one
/// from the span of any collection, and slice it as in NumPy:
///
///     let values: [Double] = …                              // 6 × 8
///     let grid = StridedView(values.span, shape: [6, 8])
///     grid[2, 5]                                            // an element
///     grid[1..<5, .last(2)]                                 // a view of shape [4, 2]
///     grid.row(2)                                           // Span<Double> of 8 elements
///
/// Element access checks every index; in inner loops take a ``row(_:)-(PerAxis)``, whose elements cost what an
/// array's do.
@frozen @safe public struct StridedView<Element: ArrayElement>: ~Escapable {
  // The address from which `layout.offset` counts; not the address of the first element.
  @usableFromInline package let base: UnsafeRawPointer

  /// Where the elements lie.
  public let layout: Layout

  /// Elements that lie at given places around an address.
  ///
  /// The element at index `[0, 0, …]` is at `base + layout.offset`; elements need not be aligned. The memory
  /// must hold valid elements over `layout.byteBounds` for as long as the view is used, and nobody may write
  /// them meanwhile. Traps unless the layout's item size is the element's.
  @unsafe @inlinable @_lifetime(borrow base)
  public init(unsafeStart base: UnsafeRawPointer, layout: Layout) {
    guard layout.itemSize == MemoryLayout<Element>.stride else {
      trapOnItemSize(layout.itemSize, MemoryLayout<Element>.stride)
    }
    unsafe self.base = base
    self.layout = layout
  }

  /// The elements of a span as a contiguous array of a shape.
  ///
  /// Traps unless the shape has as many elements as the span.
  @inlinable @_lifetime(copy span)
  public init(_ span: Span<Element>, shape: PerAxis, order: Layout.Order = .c) {
    let layout = Layout(contiguous: shape, itemSize: MemoryLayout<Element>.stride, order: order)
    guard layout.count == span.count else { trapOnElementCount(span.count, shape) }
    let start = unsafe span.withUnsafeBufferPointer { unsafe UnsafeRawPointer($0.baseAddress) }
    // An empty span has no address; an array without elements is never read.
    let base = unsafe start ?? anyAddress(alignment: MemoryLayout<Element>.alignment)
    unsafe self = _overrideLifetime(StridedView(unsafeStart: base, layout: layout), copying: span)
  }

  /// Elements per axis.
  @inlinable public var shape: PerAxis { layout.shape }

  /// How many axes there are.
  @inlinable public var rank: Int { layout.rank }

  /// How many elements there are.
  @inlinable public var count: Int { layout.count }

  /// Whether there is no element.
  @inlinable public var isEmpty: Bool { layout.isEmpty }
}

@usableFromInline @inline(never)
func trapOnItemSize(_ found: Int, _ expected: Int) -> Never {
  fatalError("StridedView: the layout's items have \(found) bytes, the element type's \(expected)")
}

@usableFromInline @inline(never)
func trapOnElementCount(_ found: Int, _ shape: PerAxis) -> Never {
  fatalError("StridedView: a span of \(found) elements for an array of shape \(shape)")
}

/// An address to stand for that of an array without elements.
@usableFromInline
func anyAddress(alignment: Int) -> UnsafeRawPointer {
  guard let address = unsafe UnsafeRawPointer(bitPattern: alignment) else {
    fatalError("StridedView: an element type with an alignment of 0")
  }
  return unsafe address
}
