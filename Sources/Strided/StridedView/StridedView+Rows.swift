extension StridedView {
  /// The elements along the last axis, at an index of the axes in front of it, as a span.
  ///
  ///     let cells = view.row([4, 7])        // of an array of rank 3
  ///
  /// A 0-dimensional array has one row of one element, at the index `[]`. Traps unless the index has one number
  /// for each axis but the last and lies inside the array, the elements of the last axis follow each other in
  /// memory, and they are aligned. Whether they are can be asked of ``hasRows``.
  @inlinable @inline(__always) @_lifetime(copy self)
  public func row(_ leading: PerAxis) -> Span<Element> {
    row(at: layout.rowOffset(of: leading))
  }

  /// The elements of an array of rank 1 as a span.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @inline(__always) @_lifetime(copy self)
  public func row() -> Span<Element> {
    row(at: layout.rowOffset())
  }

  /// The elements of row `i` of an array of rank 2 as a span.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @inline(__always) @_lifetime(copy self)
  public func row(_ i: Int) -> Span<Element> {
    row(at: layout.rowOffset(i))
  }

  /// The elements of row `i`, `j` of an array of rank 3 as a span.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @inline(__always) @_lifetime(copy self)
  public func row(_ i: Int, _ j: Int) -> Span<Element> {
    row(at: layout.rowOffset(i, j))
  }

  /// The elements of row `i`, `j`, `k` of an array of rank 4 as a span.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @inline(__always) @_lifetime(copy self)
  public func row(_ i: Int, _ j: Int, _ k: Int) -> Span<Element> {
    row(at: layout.rowOffset(i, j, k))
  }

  /// Whether the elements of the last axis follow each other in memory, so that they can be had as spans.
  @inlinable public var hasRows: Bool { layout.hasRows }

  /// Calls a closure with every row, in logical order, and the index of the axes in front of the last.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable public func forEachRow<Failure: Error>(
    _ body: (_ leading: PerAxis, _ row: Span<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    guard !isEmpty else { return }
    var rows = IndexSequence(layout.leadingShape)
    while let leading = rows.next() { try body(leading, row(leading)) }
  }

  /// All elements in logical order as one span, or `nil` unless they follow each other in memory in C order.
  @inlinable public var span: Span<Element>? {
    @_lifetime(copy self) get {
      guard layout.isContiguous(in: .c) else { return nil }
      return elements(at: layout.offset, count: layout.count)
    }
  }

  @inlinable @inline(__always) @_lifetime(copy self)
  func row(at offset: Int) -> Span<Element> {
    elements(at: offset, count: layout.rowCount)
  }

  @inlinable @inline(__always) @_lifetime(copy self)
  func elements(at offset: Int, count: Int) -> Span<Element> {
    let start = unsafe base + offset
    guard unsafe start.isAligned(for: Element.self) else { trapOnAlignment() }
    let elements = unsafe Span(_unsafeStart: start.assumingMemoryBound(to: Element.self), count: count)
    return unsafe _overrideLifetime(elements, copying: self)
  }
}

extension UnsafeRawPointer {
  @inlinable @inline(__always)
  func isAligned<Element>(for type: Element.Type) -> Bool {
    UInt(bitPattern: self) & UInt(MemoryLayout<Element>.alignment - 1) == 0
  }
}

@usableFromInline @inline(never)
func trapOnAlignment() -> Never {
  fatalError("StridedView: the elements are not aligned, so there is no span of them; use subscripts")
}
