extension Field {
  /// Visits a box row by row, in memory order: the first cell of each row and its values.
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
    let count = box.upper[Rank - 1] - box.lower[Rank - 1]
    var cell = box.lower
    guard !box.isEmpty else { return }
    repeat { try body(cell, view.row(from: cell, count: count)) } while box.advanceRow(&cell)
  }

  /// Visits a box row by row, in memory order, to write it.
  ///
  /// - Precondition: The box lies in the field and its halo; while an exchange is in flight, in the cells that
  ///   no message carries.
  /// - Complexity: O(rows).
  @inlinable
  public mutating func forEachMutableRow<Failure: Error>(
    in box: Box<Rank>, _ body: (InlineArray<Rank, Int>, inout MutableSpan<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    var view = mutableView
    let count = box.upper[Rank - 1] - box.lower[Rank - 1]
    var cell = box.lower
    guard !box.isEmpty else { return }
    repeat {
      var row = view.row(from: cell, count: count)
      try body(cell, &row)
    } while box.advanceRow(&cell)
  }

  /// Sets every cell of a box to one value.
  ///
  /// - Precondition: As for ``forEachMutableRow(in:_:)``.
  @inlinable
  public mutating func fill(_ box: Box<Rank>, with value: Element) {
    forEachMutableRow(in: box) { _, row in for x in row.indices { row[x] = value } }
  }

  /// Sets every owned cell from its global index.
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
    let start = globalOrigin
    try forEachMutableRow(in: owned) { (cell, row) throws(Failure) in
      var global = cell
      for axis in 0..<Rank { global[axis] += start[axis] }
      let first = global[Rank - 1]
      for x in row.indices {
        global[Rank - 1] = first + x
        row[x] = try value(global)
      }
    }
  }
}

extension Box {
  /// Moves to the first cell of the next row; false after the last one.
  @inlinable
  func advanceRow(_ cell: inout InlineArray<Rank, Int>) -> Bool {
    var axis = Rank - 2
    while axis >= 0 {
      cell[axis] += 1
      if cell[axis] < upper[axis] { return true }
      cell[axis] = lower[axis]
      axis -= 1
    }
    return false
  }
}
