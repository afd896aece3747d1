extension Field {
  /// Visits a box row by row, in memory order: the first cell of each row and its values, along ``rowAxis``.
  ///
  /// ```swift
  /// var total = 0.0
  /// u.forEachRow(in: u.owned) { _, row in for x in row.indices { total += row[x] } }
  /// ```
  ///
  /// - Precondition: The box lies in the field and its halo; in its owned cells while an exchange is in flight.
  /// - Complexity: O(rows).
  @inlinable
  public func forEachRow<Failure: Error>(
    in box: Box<Rank>, _ body: (InlineArray<Rank, Int>, Span<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    let view = self.view
    let axis = rowAxis
    let count = box.upper[axis] - box.lower[axis]
    var cell = box.lower
    guard !box.isEmpty else { return }
    repeat { try body(cell, view.row(from: cell, count: count)) } while box.advanceRow(&cell, along: axis)
  }

  /// Visits a box row by row, in memory order, to write it: the first cell of each row and its values, along
  /// ``rowAxis``.
  ///
  /// - Precondition: The box lies in the field and its halo; while an exchange is in flight, in the cells that
  ///   no message carries.
  /// - Complexity: O(rows).
  @inlinable
  public mutating func forEachMutableRow<Failure: Error>(
    in box: Box<Rank>, _ body: (InlineArray<Rank, Int>, inout MutableSpan<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    let axis = rowAxis
    var view = mutableView
    let count = box.upper[axis] - box.lower[axis]
    var cell = box.lower
    guard !box.isEmpty else { return }
    repeat {
      var row = view.row(from: cell, count: count)
      try body(cell, &row)
    } while box.advanceRow(&cell, along: axis)
  }

  /// Sets every cell of a box to one value.
  ///
  /// - Precondition: As for ``forEachMutableRow(in:_:)``.
  @inlinable
  public mutating func fill(_ box: Box<Rank>, with value: Element) {
    forEachMutableRow(in: box) { _, row in for x in row.indices { row[x] = value } }
  }

  /// Sets every owned cell from its global index; see ``globalIndex(of:)``.
  ///
  /// ```swift
  /// u.fillOwned { cell in sin(Double(cell[0]) * h) * sin(Double(cell[1]) * h) }
  /// ```
  ///
  /// - Complexity: O(owned cells).
  @inlinable
  public mutating func fillOwned<Failure: Error>(
    by value: (InlineArray<Rank, Int>) throws(Failure) -> Element
  ) throws(Failure) {
    let (shape, axis) = unsafe (shape.pointee, rowAxis)
    try forEachMutableRow(in: owned) { (cell, row) throws(Failure) in
      var global = shape.globalIndex(of: cell)
      for x in row.indices {
        global[axis] = shape.globalIndex(of: cell[axis] + x, along: axis)
        row[x] = try value(global)
      }
    }
  }
}

extension Box {
  /// Moves to the first cell of the next row, the axes nearest in memory first; false after the last row.
  @inlinable
  func advanceRow(_ cell: inout InlineArray<Rank, Int>, along rowAxis: Int) -> Bool {
    let step = rowAxis == 0 ? 1 : -1
    var axis = rowAxis + step
    while axis >= 0 && axis < Rank {
      cell[axis] += 1
      if cell[axis] < upper[axis] { return true }
      cell[axis] = lower[axis]
      axis += step
    }
    return false
  }
}
