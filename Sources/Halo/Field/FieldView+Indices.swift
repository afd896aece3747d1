// Swift cannot spell a parameter list of `Rank` integers, so rows and subscripts are written out for each rank.

extension FieldView where Rank == 1 {
  /// The cells of a range along the last axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public func row(_ i: Range<Int>) -> Span<Element> {
    row(from: [i.lowerBound], count: i.count, along: 0)
  }

  /// The value of one cell.
  ///
  /// - Precondition: The cell lies in ``reach``.
  @inlinable
  public subscript(i: Int) -> Element {
    @inline(__always) get { self[[i]] }
  }
}

extension MutableFieldView where Rank == 1 {
  /// The cells of a range along the last axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func row(_ i: Range<Int>) -> MutableSpan<Element> {
    row(from: [i.lowerBound], count: i.count, along: 0)
  }

  /// The value of one cell.
  ///
  /// - Precondition: The cell lies in ``reach``.
  @inlinable
  public subscript(i: Int) -> Element {
    @inline(__always) get { self[[i]] }
    @inline(__always) @_lifetime(self: copy self) set { self[[i]] = newValue }
  }
}

extension FieldView where Rank == 2 {
  /// The cells of a range along the last axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``, and the field is in C order.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public func row(_ i: Int, _ j: Range<Int>) -> Span<Element> {
    row(from: [i, j.lowerBound], count: j.count, along: 1)
  }

  /// The cells of a range along the first axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``, and the field is in Fortran order.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public func row(_ i: Range<Int>, _ j: Int) -> Span<Element> {
    row(from: [i.lowerBound, j], count: i.count, along: 0)
  }

  /// The value of one cell.
  ///
  /// - Precondition: The cell lies in ``reach``.
  @inlinable
  public subscript(i: Int, j: Int) -> Element {
    @inline(__always) get { self[[i, j]] }
  }
}

extension MutableFieldView where Rank == 2 {
  /// The cells of a range along the last axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``, and the field is in C order.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func row(_ i: Int, _ j: Range<Int>) -> MutableSpan<Element> {
    row(from: [i, j.lowerBound], count: j.count, along: 1)
  }

  /// The cells of a range along the first axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``, and the field is in Fortran order.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func row(_ i: Range<Int>, _ j: Int) -> MutableSpan<Element> {
    row(from: [i.lowerBound, j], count: i.count, along: 0)
  }

  /// The value of one cell.
  ///
  /// - Precondition: The cell lies in ``reach``.
  @inlinable
  public subscript(i: Int, j: Int) -> Element {
    @inline(__always) get { self[[i, j]] }
    @inline(__always) @_lifetime(self: copy self) set { self[[i, j]] = newValue }
  }
}

extension FieldView where Rank == 3 {
  /// The cells of a range along the last axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``, and the field is in C order.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public func row(_ i: Int, _ j: Int, _ k: Range<Int>) -> Span<Element> {
    row(from: [i, j, k.lowerBound], count: k.count, along: 2)
  }

  /// The cells of a range along the first axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``, and the field is in Fortran order.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public func row(_ i: Range<Int>, _ j: Int, _ k: Int) -> Span<Element> {
    row(from: [i.lowerBound, j, k], count: i.count, along: 0)
  }

  /// The value of one cell.
  ///
  /// - Precondition: The cell lies in ``reach``.
  @inlinable
  public subscript(i: Int, j: Int, k: Int) -> Element {
    @inline(__always) get { self[[i, j, k]] }
  }
}

extension MutableFieldView where Rank == 3 {
  /// The cells of a range along the last axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``, and the field is in C order.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func row(_ i: Int, _ j: Int, _ k: Range<Int>) -> MutableSpan<Element> {
    row(from: [i, j, k.lowerBound], count: k.count, along: 2)
  }

  /// The cells of a range along the first axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``, and the field is in Fortran order.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func row(_ i: Range<Int>, _ j: Int, _ k: Int) -> MutableSpan<Element> {
    row(from: [i.lowerBound, j, k], count: i.count, along: 0)
  }

  /// The value of one cell.
  ///
  /// - Precondition: The cell lies in ``reach``.
  @inlinable
  public subscript(i: Int, j: Int, k: Int) -> Element {
    @inline(__always) get { self[[i, j, k]] }
    @inline(__always) @_lifetime(self: copy self) set { self[[i, j, k]] = newValue }
  }
}

extension FieldView where Rank == 4 {
  /// The cells of a range along the last axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``, and the field is in C order.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public func row(_ i: Int, _ j: Int, _ k: Int, _ l: Range<Int>) -> Span<Element> {
    row(from: [i, j, k, l.lowerBound], count: l.count, along: 3)
  }

  /// The cells of a range along the first axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``, and the field is in Fortran order.
  @inlinable
  @inline(__always)
  @_lifetime(copy self)
  public func row(_ i: Range<Int>, _ j: Int, _ k: Int, _ l: Int) -> Span<Element> {
    row(from: [i.lowerBound, j, k, l], count: i.count, along: 0)
  }

  /// The value of one cell.
  ///
  /// - Precondition: The cell lies in ``reach``.
  @inlinable
  public subscript(i: Int, j: Int, k: Int, l: Int) -> Element {
    @inline(__always) get { self[[i, j, k, l]] }
  }
}

extension MutableFieldView where Rank == 4 {
  /// The cells of a range along the last axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``, and the field is in C order.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func row(_ i: Int, _ j: Int, _ k: Int, _ l: Range<Int>) -> MutableSpan<Element> {
    row(from: [i, j, k, l.lowerBound], count: l.count, along: 3)
  }

  /// The cells of a range along the first axis; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in ``reach``, and the field is in Fortran order.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func row(_ i: Range<Int>, _ j: Int, _ k: Int, _ l: Int) -> MutableSpan<Element> {
    row(from: [i.lowerBound, j, k, l], count: i.count, along: 0)
  }

  /// The value of one cell.
  ///
  /// - Precondition: The cell lies in ``reach``.
  @inlinable
  public subscript(i: Int, j: Int, k: Int, l: Int) -> Element {
    @inline(__always) get { self[[i, j, k, l]] }
    @inline(__always) @_lifetime(self: copy self) set { self[[i, j, k, l]] = newValue }
  }
}
