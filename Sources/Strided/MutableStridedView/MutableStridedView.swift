/// An n-dimensional array that is read and written: elements somewhere in memory, at the places that a
/// ``Layout`` names.
///
/// It owns nothing, cannot outlive the memory that it was made from, and while it lives nobody else reaches that
/// memory; the compiler sees to all three.
///
///     var values = [Double](repeating: 0, count: 48)
///     var span = values.mutableSpan
///     var grid = MutableStridedView(&span, shape: [6, 8])
///     grid[2, 5] = 1
///     grid[.first(1), .all].fill(7)
///     grid[.last(1)].copy(from: other)
@frozen @safe
public struct MutableStridedView<Element: ArrayElement>: ~Copyable, ~Escapable {
  // The address from which `layout.offset` counts; not the address of the first element.
  @usableFromInline package let base: UnsafeMutableRawPointer

  /// Where the elements lie.
  public let layout: Layout

  /// Elements that lie at given places around an address.
  ///
  /// The element at index `[0, 0, …]` is at `base + layout.offset`; elements need not be aligned. The memory
  /// must hold valid elements over `layout.byteBounds` for as long as the view is used, and nobody else may touch
  /// them meanwhile. Traps unless the layout's item size is the element's.
  @unsafe @inlinable @_lifetime(borrow base)
  public init(unsafeStart base: UnsafeMutableRawPointer, layout: Layout) {
    guard layout.itemSize == MemoryLayout<Element>.stride else {
      trapOnItemSize(layout.itemSize, MemoryLayout<Element>.stride)
    }
    unsafe self.base = base
    self.layout = layout
  }

  /// The elements of a span as a contiguous array of a shape.
  ///
  /// Traps unless the shape has as many elements as the span.
  @inlinable @_lifetime(&span)
  public init(_ span: inout MutableSpan<Element>, shape: PerAxis, order: Layout.Order = .c) {
    let layout = Layout(contiguous: shape, itemSize: MemoryLayout<Element>.stride, order: order)
    guard layout.count == span.count else { trapOnElementCount(span.count, shape) }
    // An empty span has no address; an array without elements is never touched.
    var base = unsafe UnsafeMutableRawPointer(
      mutating: anyAddress(alignment: MemoryLayout<Element>.alignment))
    unsafe span.withUnsafeMutableBytesOfElements { unsafe base = $0 }
    unsafe self = _overrideLifetime(
      MutableStridedView(unsafeStart: base, layout: layout), mutating: &span)
  }

  /// The elements of a span as a contiguous array of a shape.
  ///
  /// Traps unless the shape has as many elements as the span.
  @inlinable @_lifetime(copy span)
  public init(_ span: consuming MutableSpan<Element>, shape: PerAxis, order: Layout.Order = .c) {
    let layout = Layout(contiguous: shape, itemSize: MemoryLayout<Element>.stride, order: order)
    guard layout.count == span.count else { trapOnElementCount(span.count, shape) }
    var base = unsafe UnsafeMutableRawPointer(
      mutating: anyAddress(alignment: MemoryLayout<Element>.alignment))
    unsafe span.withUnsafeMutableBytesOfElements { unsafe base = $0 }
    unsafe self = _overrideLifetime(
      MutableStridedView(unsafeStart: base, layout: layout), copying: span)
  }

  /// Elements per axis.
  @inlinable public var shape: PerAxis { layout.shape }

  /// How many axes there are.
  @inlinable public var rank: Int { layout.rank }

  /// How many elements there are.
  @inlinable public var count: Int { layout.count }

  /// Whether there is no element.
  @inlinable public var isEmpty: Bool { layout.isEmpty }

  /// The same elements for reading, as long as the view is not changed.
  @inlinable public var readOnly: StridedView<Element> {
    @_lifetime(borrow self) get {
      unsafe _overrideLifetime(
        StridedView(unsafeStart: UnsafeRawPointer(base), layout: layout), borrowing: self)
    }
  }
}
