/// Where the halo of a tile of the cubed sphere comes from, as a table over whole tiles.
///
/// It knows nothing of blocks, ranks or links: N points a side, depth d from 0, o = 1 where an axis is staggered and
/// n = N + o; on a turned edge n and o are those of the other component's axes.
public struct CubedSphereOracle: Sendable {
  /// A point of a tile, and how what comes from there is turned.
  public struct Source: Hashable, Sendable {
    /// Where the point lies.
    public let tile, row, column: Int
    /// Quarter turns, clockwise.
    public let turns: Int

    /// Names a point.
    public init(tile: Int, row: Int, column: Int, turns: Int) {
      (self.tile, self.row, self.column, self.turns) = (tile, row, column, turns)
    }
  }

  /// Points along each side of a tile.
  public let pointsPerSide: Int

  /// The table for tiles of a size.
  public init(pointsPerSide: Int) {
    self.pointsPerSide = pointsPerSide
  }

  /// Whose point belongs at `(row, column)` of a tile that is staggered so, or `nil` at the corners of the cube.
  public func source(tile: Int, row: Int, column: Int, staggered: [Bool]) -> Source? {
    let o = staggered.map { $0 ? 1 : 0 }
    let n = o.map { pointsPerSide + $0 }
    let isInRows = (0..<n[0]).contains(row), isInColumns = (0..<n[1]).contains(column)
    switch (isInRows, isInColumns) {
    case (true, true): return Source(tile: tile, row: row, column: column, turns: 0)
    case (false, false): return nil
    default: break
    }
    let (j, i) = (row, column)
    // Of the component that a turned edge brings.
    let (m, p) = ((rows: n[1], columns: n[0]), (rows: o[1], columns: o[0]))
    func source(_ step: Int, _ row: Int, _ column: Int, turns: Int) -> Source {
      Source(tile: (tile + step + 6) % 6, row: row, column: column, turns: turns)
    }
    if isInRows {
      let west = -1 - column, east = column - n[1]
      switch (tile % 2 == 0, west >= 0) {
      case (true, true): return source(-2, m.rows - 1 - p.rows - west, m.columns - 1 - j, turns: 1)
      case (true, false): return source(1, j, o[1] + east, turns: 0)
      case (false, true): return source(-1, j, n[1] - 1 - o[1] - west, turns: 0)
      case (false, false): return source(2, p.rows + east, m.columns - 1 - j, turns: 1)
      }
    }
    let south = -1 - row, north = row - n[0]
    switch (tile % 2 == 0, south >= 0) {
    case (true, true): return source(-1, n[0] - 1 - o[0] - south, i, turns: 0)
    case (true, false): return source(2, m.rows - 1 - i, p.columns + north, turns: 3)
    case (false, true): return source(-2, m.rows - 1 - i, m.columns - 1 - p.columns - south, turns: 3)
    case (false, false): return source(1, o[0] + north, i, turns: 0)
    }
  }
}
