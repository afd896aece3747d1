import Foundation

/// Where the cells beyond an edge of a tile have to be read.
///
/// The lines of two tiles that run along their common edge are the same great circles, but those across it have a bend
/// there. So the cells of the neighbour lie in the right columns of the halo, but not at the right rows: a value in line
/// with a row of this tile lies a little nearer to the middle of the edge, and is interpolated along the column from the
/// four cells around it (cubic), never beyond the nearer two of them.
struct GhostLines: Sendable {
  /// Which cells along an edge make the value in line with a row, and with what weights.
  struct Place: Sendable {
    /// The first of four cells, counted along the edge of the tile.
    let first: Int
    let weights: SIMD4<Double>
    /// The first of the two that the value lies between.
    let nearest: Int
  }

  /// How many cells beyond the edge are needed.
  static let depth = 2
  /// How far from a row its four cells may lie.
  static let reach = 3

  /// By depth and row.
  private let places: [[Place]]

  init(on mesh: Mesh) {
    let count = mesh.cellsPerSide
    places = (0..<Self.depth).map { depth in
      let across = tan(mesh.angle(ofLine: Double(count + depth) + 0.5))
      return (0..<count).map { row in
        let along = atan(tan(mesh.angle(ofLine: Double(row) + 0.5)) / across)
        let position = along / mesh.spacing + Double(count) / 2 - 0.5
        let nearest = min(max(Int(position.rounded(.down)), 0), count - 2)
        let first = min(max(nearest - 1, 0), count - 4)
        return Place(first: first, weights: Self.weights(at: position - Double(first)), nearest: nearest)
      }
    }
  }

  /// Lagrange's weights of values at 0, 1, 2 and 3.
  private static func weights(at x: Double) -> SIMD4<Double> {
    [
      (x - 1) * (x - 2) * (x - 3) / -6, x * (x - 2) * (x - 3) / 2, x * (x - 1) * (x - 3) / -2,
      x * (x - 1) * (x - 2) / 6,
    ]
  }

  /// The value in line with a row of the tile; `line` holds the cells along the edge, the tile's `firstCell` first.
  func value(depth: Int, row: Int, line: [Double], firstCell: Int) -> Double {
    let place = places[depth][row]
    let first = place.first - firstCell, nearest = place.nearest - firstCell
    let value =
      place.weights[0] * line[first] + place.weights[1] * line[first + 1]
      + place.weights[2] * line[first + 2] + place.weights[3] * line[first + 3]
    let (one, other) = (line[nearest], line[nearest + 1])
    return min(max(value, min(one, other)), max(one, other))
  }
}
