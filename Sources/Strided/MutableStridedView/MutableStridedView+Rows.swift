extension MutableStridedView {
  /// The elements along the last axis, at an index of the axes in front of it, as a span to read.
  ///
  /// A 0-dimensional array has one row of one element, at the index `[]`. Traps unless the index has one number
  /// for each axis but the last and lies inside the array, the elements of the last axis follow each other in
  /// memory, and they are aligned. Whether they follow each other can be asked of ``hasRows``.
  @inlinable @inline(__always) @_lifetime(borrow self)
  public func row(_ leading: PerAxis) -> Span<Element> {
    readOnly.row(leading)
  }

  /// The elements of an array of rank 1 as a span to read.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @inline(__always) @_lifetime(borrow self)
  public func row() -> Span<Element> {
    readOnly.row()
  }

  /// The elements of row `i` of an array of rank 2 as a span to read.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @inline(__always) @_lifetime(borrow self)
  public func row(_ i: Int) -> Span<Element> {
    readOnly.row(i)
  }

  /// The elements of row `i`, `j` of an array of rank 3 as a span to read.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @inline(__always) @_lifetime(borrow self)
  public func row(_ i: Int, _ j: Int) -> Span<Element> {
    readOnly.row(i, j)
  }

  /// The elements of row `i`, `j`, `k` of an array of rank 4 as a span to read.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @inline(__always) @_lifetime(borrow self)
  public func row(_ i: Int, _ j: Int, _ k: Int) -> Span<Element> {
    readOnly.row(i, j, k)
  }

  /// The elements along the last axis, at an index of the axes in front of it, as a span to write.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @inline(__always) @_lifetime(&self)
  public mutating func mutableRow(_ leading: PerAxis) -> MutableSpan<Element> {
    elements(at: layout.rowOffset(of: leading), count: layout.rowCount)
  }

  /// The elements of an array of rank 1 as a span to write.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @inline(__always) @_lifetime(&self)
  public mutating func mutableRow() -> MutableSpan<Element> {
    elements(at: layout.rowOffset(), count: layout.rowCount)
  }

  /// The elements of row `i` of an array of rank 2 as a span to write.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @inline(__always) @_lifetime(&self)
  public mutating func mutableRow(_ i: Int) -> MutableSpan<Element> {
    elements(at: layout.rowOffset(i), count: layout.rowCount)
  }

  /// The elements of row `i`, `j` of an array of rank 3 as a span to write.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @inline(__always) @_lifetime(&self)
  public mutating func mutableRow(_ i: Int, _ j: Int) -> MutableSpan<Element> {
    elements(at: layout.rowOffset(i, j), count: layout.rowCount)
  }

  /// The elements of row `i`, `j`, `k` of an array of rank 4 as a span to write.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @inline(__always) @_lifetime(&self)
  public mutating func mutableRow(_ i: Int, _ j: Int, _ k: Int) -> MutableSpan<Element> {
    elements(at: layout.rowOffset(i, j, k), count: layout.rowCount)
  }

  /// Whether the elements of the last axis follow each other in memory, so that they can be had as spans.
  @inlinable public var hasRows: Bool { layout.hasRows }

  /// Calls a closure with every row to write, in logical order, and the index of the axes in front of the last.
  ///
  /// Traps like ``row(_:)-(PerAxis)``.
  @inlinable @_lifetime(self: copy self)
  public mutating func forEachRow<Failure: Error>(
    _ body: (_ leading: PerAxis, _ row: inout MutableSpan<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    guard !isEmpty else { return }
    var rows = IndexSequence(layout.leadingShape)
    while let leading = rows.next() {
      var row = mutableRow(leading)
      try body(leading, &row)
    }
  }

  /// All elements in logical order as one span to write, or `nil` unless they follow each other in memory in C
  /// order.
  @inlinable public var mutableSpan: MutableSpan<Element>? {
    @_lifetime(&self) mutating get {
      guard layout.isContiguous(in: .c) else { return nil }
      return elements(at: layout.offset, count: layout.count)
    }
  }

  @inlinable @inline(__always) @_lifetime(&self)
  mutating func elements(at offset: Int, count: Int) -> MutableSpan<Element> {
    let start = unsafe base + offset
    guard unsafe UnsafeRawPointer(start).isAligned(for: Element.self) else { trapOnAlignment() }
    let elements = unsafe MutableSpan(
      _unsafeStart: start.assumingMemoryBound(to: Element.self), count: count)
    return unsafe _overrideLifetime(elements, mutating: &self)
  }
}
