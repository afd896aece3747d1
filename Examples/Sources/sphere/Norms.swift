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
    var (difference, exactSum) = (Sum(), Sum()), (square, exactSquare) = (Sum(), Sum()), mass = Sum()
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
    l1 = difference.value / exactSum.value
    l2 = (square.value / exactSquare.value).squareRoot()
    lInfinity = largest / exactLargest
    self.mass = mass.value
    (lowest, highest) = (heights.min() ?? 0, heights.max() ?? 0)
    checksum = Self.checksum(of: heights)
  }

  /// FNV-1a over the bytes of the numbers, 64 bits, as 16 hexadecimal digits.
  private static func checksum(of values: [Double]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for value in values {
      for byte in 0..<8 { hash = (hash ^ (value.bitPattern >> UInt64(8 * byte) & 0xff)) &* 0x100_0000_01b3 }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// A sum that carries the rounding error along (Neumaier 1974), to tell the rounding of the model from a loss.
private struct Sum {
  private var sum = 0.0, lost = 0.0

  mutating func add(_ term: Double) {
    let total = sum + term
    lost += abs(sum) >= abs(term) ? (sum - total) + term : (term - total) + sum
    sum = total
  }

  var value: Double { sum + lost }
}
