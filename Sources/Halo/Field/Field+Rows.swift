extension Field {
  /// What may be read now, as the fastest form for loops.
  @inlinable
  public var view: FieldView<Element, Rank> {
    @inline(__always) @_lifetime(borrow self) get {
      let isInFlight = unsafe storage.isInFlight
      let view = unsafe FieldView(
        origin: UnsafePointer(origin), strides: shape.pointee.strides, rowAxis: shape.pointee.rowAxis,
        reach: isInFlight ? shape.pointee.readable : shape.pointee.allocated, isInFlight: isInFlight)
      return unsafe _overrideLifetime(view, borrowing: self)
    }
  }

  /// What may be written now, as the fastest form for loops.
  @inlinable
  public var mutableView: MutableFieldView<Element, Rank> {
    @inline(__always) @_lifetime(&self) mutating get {
      let isInFlight = unsafe storage.isInFlight
      let view = unsafe MutableFieldView(
        origin: origin, strides: shape.pointee.strides, rowAxis: shape.pointee.rowAxis,
        reach: isInFlight ? shape.pointee.quiet : shape.pointee.allocated,
        limit: ReachLimit(isInFlight: isInFlight))
      return unsafe _overrideLifetime(view, mutating: &self)
    }
  }

  /// Cells along the axis that is contiguous in memory, ``rowAxis``, from `cell` on, to read.
  ///
  /// The form for code of any rank; of rank 1 to 4 there are `row(i, j, range)` and the like.
  ///
  /// - Precondition: The cells lie in the field and its halo; in its owned cells while an exchange is in flight.
  @inlinable
  @inline(__always)
  @_lifetime(borrow self)
  public func row(from cell: InlineArray<Rank, Int>, count: Int) -> Span<Element> {
    // Twice the same, with an axis that the compiler knows.
    if rowAxis == Rank - 1 { return row(from: cell, count: count, along: Rank - 1) }
    return row(from: cell, count: count, along: 0)
  }

  /// Cells along the axis that is contiguous in memory, ``rowAxis``, from `cell` on, to write.
  ///
  /// - Precondition: The cells lie in the field and its halo; while an exchange is in flight, in the cells that
  ///   no message carries.
  @inlinable
  @inline(__always)
  @_lifetime(&self)
  public mutating func mutableRow(from cell: InlineArray<Rank, Int>, count: Int) -> MutableSpan<Element> {
    if rowAxis == Rank - 1 { return mutableRow(from: cell, count: count, along: Rank - 1) }
    return mutableRow(from: cell, count: count, along: 0)
  }

  /// The value of one cell; in loops, rows are several times faster.
  ///
  /// - Precondition: As for rows.
  @inlinable
  public subscript(cell: InlineArray<Rank, Int>) -> Element {
    @inline(__always) get { unsafe origin[checkedOffset(of: cell, writing: false)] }
    @inline(__always) set { unsafe origin[checkedOffset(of: cell, writing: true)] = newValue }
  }
}

// MARK: - Checked places

extension Field {
  @inlinable
  @inline(__always)
  @_lifetime(borrow self)
  func row(from cell: InlineArray<Rank, Int>, count: Int, along axis: Int) -> Span<Element> {
    let offset = checkedOffset(ofRowFrom: cell, count: count, along: axis, writing: false)
    let row = unsafe Span(_unsafeStart: UnsafePointer(origin) + offset, count: count)
    return unsafe _overrideLifetime(row, borrowing: self)
  }

  @inlinable
  @inline(__always)
  @_lifetime(&self)
  mutating func mutableRow(
    from cell: InlineArray<Rank, Int>, count: Int, along axis: Int
  ) -> MutableSpan<Element> {
    let offset = checkedOffset(ofRowFrom: cell, count: count, along: axis, writing: true)
    let row = unsafe MutableSpan(_unsafeStart: origin + offset, count: count)
    return unsafe _overrideLifetime(row, mutating: &self)
  }

  /// Elements from the origin to `cell`, once the row from there is known to be in reach.
  @inlinable
  @inline(__always)
  func checkedOffset(
    ofRowFrom cell: InlineArray<Rank, Int>, count: Int, along axis: Int, writing: Bool
  ) -> Int {
    let isInFlight = unsafe storage.isInFlight
    let reach = isInFlight ? (writing ? 2 : 1) : 0
    if unsafe !shape.pointee.reaches[reach].containsRow(from: cell, count: count, along: axis) {
      unsafe refuseRow(
        from: cell, count: count, along: axis, rowAxis: rowAxis, reach: shape.pointee.reaches[reach].box,
        writing: writing, limit: ReachLimit(isInFlight: isInFlight))
    }
    return unsafe elementOffset(ofRowFrom: cell, along: axis, strides: shape.pointee.strides)
  }

  /// Elements from the origin to `cell`, once it is known to be in reach.
  @inlinable
  @inline(__always)
  func checkedOffset(of cell: InlineArray<Rank, Int>, writing: Bool) -> Int {
    let isInFlight = unsafe storage.isInFlight
    let reach = isInFlight ? (writing ? 2 : 1) : 0
    if unsafe !shape.pointee.reaches[reach].box.contains(cell) {
      unsafe refuseCell(
        cell, reach: shape.pointee.reaches[reach].box, writing: writing,
        limit: ReachLimit(isInFlight: isInFlight))
    }
    return unsafe elementOffset(of: cell, strides: shape.pointee.strides)
  }
}
