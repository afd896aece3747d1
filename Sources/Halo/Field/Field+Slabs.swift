extension Field {
  /// What a kernel may write of the field when it is called for a slab of the grid's cells: the slab's points, and
  /// nothing else.
  ///
  /// The views of two slabs that share no cell share no point, so that each may be another thread's; the field must be
  /// held exclusively by whoever hands them out.
  @unsafe
  @_lifetime(borrow self)
  func slabView<let GridRank: Int>(of cells: Box<GridRank>) -> MutableFieldView<Element, Rank> {
    let points = Reach(points(of: cells), rowAxis: rowAxis)
    let view = unsafe MutableFieldView(
      origin: origin, strides: shape.pointee.strides, rowAxis: rowAxis, reach: points, limit: .slab)
    return unsafe _overrideLifetime(view, borrowing: self)
  }

  /// Whether one of the field's axes is this axis of the grid.
  func hasAxis(ofGrid gridAxis: Int) -> Bool {
    for axis in 0..<Rank where unsafe shape.pointee.gridAxes[axis] == gridAxis { return true }
    return false
  }

  /// Traps if the field is in an exchange: its points cannot be handed to threads then.
  func checkItRests() {
    guard unsafe storage.isInFlight else { return }
    fatalError(
      "Halo: \(name.map { "field '\($0)'" } ?? "a field") is written by several threads while it is in an exchange: "
        + "end that first, or write another field")
  }
}
