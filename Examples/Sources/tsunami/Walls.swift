import Halo

/// The walls of the model's region along this rank's block: no neighbour is there, and no message fills the halo.
struct Walls {
  let south, north, west, east: Bool
}

extension Walls {
  init(of grid: CartesianGrid) {
    let (owned, extents) = (grid.owned, grid.extents)
    self.init(
      south: owned[0].lowerBound == 0, north: owned[0].upperBound == extents[0],
      west: owned[1].lowerBound == 0, east: owned[1].upperBound == extents[1])
  }
}

extension Sea {
  /// Puts the mirror image of the sea behind the walls, where water flows the other way, so that none passes.
  mutating func mirror(at walls: Walls) {
    depth.mirror(at: walls)
    eastward.mirror(at: walls, acrossEast: -1)
    northward.mirror(at: walls, acrossNorth: -1)
  }
}

extension Field<Double, 2> {
  /// Fills the two cells behind each wall with those before it, times a sign.
  fileprivate mutating func mirror(at walls: Walls, acrossEast: Double = 1, acrossNorth: Double = 1) {
    let rows = extents[0], columns = extents[1]
    var cells = mutableView
    for distance in 0..<2 {
      for column in 0..<columns {
        if walls.south { cells[-1 - distance, column] = acrossNorth * cells[distance, column] }
        if walls.north { cells[rows + distance, column] = acrossNorth * cells[rows - 1 - distance, column] }
      }
      for row in 0..<rows {
        if walls.west { cells[row, -1 - distance] = acrossEast * cells[row, distance] }
        if walls.east { cells[row, columns + distance] = acrossEast * cells[row, columns - 1 - distance] }
      }
    }
  }
}
