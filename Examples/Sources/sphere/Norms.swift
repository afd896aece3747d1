import ExampleSupport

/// How far heights are from the exact ones, in the norms of the standard test cases.
///
/// Williamson, Drake, Hack, Jakob and Swarztrauber (1992), equations 82 to 84.
struct Norms: Sendable {
  /// Of the absolute difference, over the integral of the exact height.
  let l1: Double
  /// Of the square of the difference.
  let l2: Double
  /// The largest difference, over the largest exact height.
  let lInfinity: Double
  /// The integral of the height over the sphere, in m³.
  let mass: Double
  let lowest, highest: Double
  /// Of all heights: equal only if every bit is.
  let checksum: String

  /// Compares the heights of all tiles, gathered on one rank: the sums are then the same on any number of ranks.
  init(of heights: [Double], on mesh: Mesh, bell: CosineBell, day: Double) {
    var difference = CompensatedSum(), exactSum = CompensatedSum(), mass = CompensatedSum()
    var square = CompensatedSum(), exactSquare = CompensatedSum()
    var (largest, exactLargest) = (0.0, 0.0)
    let side = mesh.cellsPerSide
    for tile in 0..<Mesh.tileCount {
      for row in 0..<side {
        for column in 0..<side {
          let height = heights[(tile * side + row) * side + column]
          let exact = bell.height(at: mesh.middle(tile: tile, row: row, column: column), day: day)
          let area = mesh.area(row: row, column: column), error = abs(height - exact)
          mass.add(height * area)
          difference.add(error * area)
          exactSum.add(exact * area)
          square.add(error * error * area)
          exactSquare.add(exact * exact * area)
          (largest, exactLargest) = (max(largest, error), max(exactLargest, exact))
        }
      }
    }
    l1 = difference.total / exactSum.total
    l2 = (square.total / exactSquare.total).squareRoot()
    lInfinity = largest / exactLargest
    self.mass = mass.total
    (lowest, highest) = (heights.min() ?? 0, heights.max() ?? 0)
    checksum = Checksum.text(of: heights)
  }
}
