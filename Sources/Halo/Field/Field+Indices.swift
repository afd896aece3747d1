// Swift cannot spell a parameter list of `Rank` integers, so rows and subscripts are written out for each rank.

extension Field where Rank == 1 {
  /// The cells of a range along the last axis, to read; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; in its owned cells while an exchange is in flight.
  @inlinable
  @inline(__always)
  @_lifetime(borrow self)
  public func row(_ i: Range<Int>) -> Span<Element> {
    row(from: [i.lowerBound], count: i.count, along: 0)
  }

  /// The cells of a range along the last axis, to write; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; while an exchange is in flight, in the cells that
  ///   no message carries.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func mutableRow(_ i: Range<Int>) -> MutableSpan<Element> {
    mutableRow(from: [i.lowerBound], count: i.count, along: 0)
  }

  /// The value of one cell; in loops, rows are several times faster.
  ///
  /// - Precondition: As for rows.
  @inlinable
  public subscript(i: Int) -> Element {
    @inline(__always) get { self[[i]] }
    @inline(__always) set { self[[i]] = newValue }
  }
}

extension Field where Rank == 2 {
  /// The cells of a range along the last axis, to read; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; in its owned cells while an exchange is in flight.
  ///   The field is in C order.
  @inlinable
  @inline(__always)
  @_lifetime(borrow self)
  public func row(_ i: Int, _ j: Range<Int>) -> Span<Element> {
    row(from: [i, j.lowerBound], count: j.count, along: 1)
  }

  /// The cells of a range along the last axis, to write; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; while an exchange is in flight, in the cells that
  ///   no message carries. The field is in C order.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func mutableRow(_ i: Int, _ j: Range<Int>) -> MutableSpan<Element> {
    mutableRow(from: [i, j.lowerBound], count: j.count, along: 1)
  }

  /// The cells of a range along the first axis, to read; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; in its owned cells while an exchange is in flight.
  ///   The field is in Fortran order.
  @inlinable
  @inline(__always)
  @_lifetime(borrow self)
  public func row(_ i: Range<Int>, _ j: Int) -> Span<Element> {
    row(from: [i.lowerBound, j], count: i.count, along: 0)
  }

  /// The cells of a range along the first axis, to write; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; while an exchange is in flight, in the cells that
  ///   no message carries. The field is in Fortran order.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func mutableRow(_ i: Range<Int>, _ j: Int) -> MutableSpan<Element> {
    mutableRow(from: [i.lowerBound, j], count: i.count, along: 0)
  }

  /// The value of one cell; in loops, rows are several times faster.
  ///
  /// - Precondition: As for rows.
  @inlinable
  public subscript(i: Int, j: Int) -> Element {
    @inline(__always) get { self[[i, j]] }
    @inline(__always) set { self[[i, j]] = newValue }
  }
}

extension Field where Rank == 3 {
  /// The cells of a range along the last axis, to read; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; in its owned cells while an exchange is in flight.
  ///   The field is in C order.
  @inlinable
  @inline(__always)
  @_lifetime(borrow self)
  public func row(_ i: Int, _ j: Int, _ k: Range<Int>) -> Span<Element> {
    row(from: [i, j, k.lowerBound], count: k.count, along: 2)
  }

  /// The cells of a range along the last axis, to write; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; while an exchange is in flight, in the cells that
  ///   no message carries. The field is in C order.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func mutableRow(_ i: Int, _ j: Int, _ k: Range<Int>) -> MutableSpan<Element> {
    mutableRow(from: [i, j, k.lowerBound], count: k.count, along: 2)
  }

  /// The cells of a range along the first axis, to read; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; in its owned cells while an exchange is in flight.
  ///   The field is in Fortran order.
  @inlinable
  @inline(__always)
  @_lifetime(borrow self)
  public func row(_ i: Range<Int>, _ j: Int, _ k: Int) -> Span<Element> {
    row(from: [i.lowerBound, j, k], count: i.count, along: 0)
  }

  /// The cells of a range along the first axis, to write; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; while an exchange is in flight, in the cells that
  ///   no message carries. The field is in Fortran order.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func mutableRow(_ i: Range<Int>, _ j: Int, _ k: Int) -> MutableSpan<Element> {
    mutableRow(from: [i.lowerBound, j, k], count: i.count, along: 0)
  }

  /// The value of one cell; in loops, rows are several times faster.
  ///
  /// - Precondition: As for rows.
  @inlinable
  public subscript(i: Int, j: Int, k: Int) -> Element {
    @inline(__always) get { self[[i, j, k]] }
    @inline(__always) set { self[[i, j, k]] = newValue }
  }
}

extension Field where Rank == 4 {
  /// The cells of a range along the last axis, to read; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; in its owned cells while an exchange is in flight.
  ///   The field is in C order.
  @inlinable
  @inline(__always)
  @_lifetime(borrow self)
  public func row(_ i: Int, _ j: Int, _ k: Int, _ l: Range<Int>) -> Span<Element> {
    row(from: [i, j, k, l.lowerBound], count: l.count, along: 3)
  }

  /// The cells of a range along the last axis, to write; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; while an exchange is in flight, in the cells that
  ///   no message carries. The field is in C order.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func mutableRow(_ i: Int, _ j: Int, _ k: Int, _ l: Range<Int>) -> MutableSpan<Element> {
    mutableRow(from: [i, j, k, l.lowerBound], count: l.count, along: 3)
  }

  /// The cells of a range along the first axis, to read; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; in its owned cells while an exchange is in flight.
  ///   The field is in Fortran order.
  @inlinable
  @inline(__always)
  @_lifetime(borrow self)
  public func row(_ i: Range<Int>, _ j: Int, _ k: Int, _ l: Int) -> Span<Element> {
    row(from: [i.lowerBound, j, k, l], count: i.count, along: 0)
  }

  /// The cells of a range along the first axis, to write; their indices in the span start at 0.
  ///
  /// - Precondition: The cells lie in the field and its halo; while an exchange is in flight, in the cells that
  ///   no message carries. The field is in Fortran order.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func mutableRow(_ i: Range<Int>, _ j: Int, _ k: Int, _ l: Int) -> MutableSpan<Element> {
    mutableRow(from: [i.lowerBound, j, k, l], count: i.count, along: 0)
  }

  /// The value of one cell; in loops, rows are several times faster.
  ///
  /// - Precondition: As for rows.
  @inlinable
  public subscript(i: Int, j: Int, k: Int, l: Int) -> Element {
    @inline(__always) get { self[[i, j, k, l]] }
    @inline(__always) set { self[[i, j, k, l]] = newValue }
  }
}
