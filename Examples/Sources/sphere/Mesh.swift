import Foundation

/// The cells of the model: the six faces of a cube, blown up to a sphere.
///
/// Lines of the mesh are great circles at equal angles from the middle of a tile (the equiangular gnomonic cubed sphere
/// of Ronchi, Iacono and Paolucci 1996). The tiles lie to each other as the library links them: the columns of an even
/// tile go on in the next one, the rows of an odd one.
struct Mesh: Sendable {
  /// Where a tile lies: the direction of its middle, and those in which its columns and its rows run.
  struct Frame: Sendable {
    let middle, alongRow, alongColumn: SIMD3<Double>
  }

  static let tileCount = 6
  static let earthRadius = 6.37122e6  // m, as the test cases have it

  static let frames: [Frame] = {
    var frames = [Frame(middle: [1, 0, 0], alongRow: [0, 1, 0], alongColumn: [0, 0, 1])]
    for tile in 1..<tileCount {
      let last = frames[tile - 1]
      frames.append(
        tile % 2 == 1
          ? Frame(middle: last.alongRow, alongRow: -last.middle, alongColumn: last.alongColumn)
          : Frame(middle: last.alongColumn, alongRow: last.alongRow, alongColumn: -last.middle))
    }
    return frames
  }()

  /// Cells along each side of a tile.
  let cellsPerSide: Int

  /// The angle from one line of the mesh to the next, seen from the middle of the sphere.
  var spacing: Double { .pi / 2 / Double(cellsPerSide) }

  /// The angle of a line of the mesh from the middle of its tile; line 0 is the edge.
  func angle(ofLine line: Double) -> Double { (line - Double(cellsPerSide) / 2) * spacing }

  /// The direction from the middle of the sphere to where two lines cross; half lines are the middles of cells.
  func direction(tile: Int, row: Double, column: Double) -> SIMD3<Double> {
    let frame = Self.frames[tile]
    let (x, y) = (tan(angle(ofLine: column)), tan(angle(ofLine: row)))
    return (frame.middle + x * frame.alongRow + y * frame.alongColumn).normalized
  }

  /// The direction to the middle of a cell.
  func middle(tile: Int, row: Int, column: Int) -> SIMD3<Double> {
    direction(tile: tile, row: Double(row) + 0.5, column: Double(column) + 0.5)
  }

  /// The tile that a direction points at, and where between its lines.
  func place(of direction: SIMD3<Double>) -> (tile: Int, row: Double, column: Double) {
    let reach = Self.frames.map { $0.middle.dot(direction) }
    let tile = reach.indices.reduce(0) { reach[$1] > reach[$0] ? $1 : $0 }
    let frame = Self.frames[tile]
    func line(_ axis: SIMD3<Double>) -> Double {
      atan(axis.dot(direction) / reach[tile]) / spacing + Double(cellsPerSide) / 2
    }
    return (tile, line(frame.alongColumn), line(frame.alongRow))
  }

  /// The area of a cell in m², the same on every tile: the four lines cut a spherical rectangle out of it.
  func area(row: Int, column: Int) -> Double {
    func cut(_ row: Int, _ column: Int) -> Double {
      let x = tan(angle(ofLine: Double(column)))
      let y = tan(angle(ofLine: Double(row)))
      return atan(x * y / (1 + x * x + y * y).squareRoot())
    }
    let (south, north, west, east) = (row, row + 1, column, column + 1)
    let solidAngle = cut(north, east) - cut(north, west) - cut(south, east) + cut(south, west)
    return solidAngle * Self.earthRadius * Self.earthRadius
  }
}

extension SIMD3<Double> {
  func dot(_ other: Self) -> Double { (self * other).sum() }
  var normalized: Self { self / dot(self).squareRoot() }
}
