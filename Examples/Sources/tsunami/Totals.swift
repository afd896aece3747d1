import Halo

/// What can be said of the whole sea; on rank 0, where it is gathered.
struct Totals {
  /// The volume of the water, in cubic metres.
  let volume: Double
  /// Of the depth and the velocity of every cell: equal only if every bit is.
  let checksum: String

  /// Gathers the sea; all ranks call it together, and `nil` is what the others than rank 0 get.
  init?(of sea: borrowing Sea, on mesh: Mesh, from grid: CartesianGrid) throws {
    let depths = try gather(sea.depth, from: grid)
    let eastward = try gather(sea.eastward, from: grid)
    let northward = try gather(sea.northward, from: grid)
    guard let depths, let eastward, let northward else { return nil }
    volume = Self.volume(of: depths, on: mesh)
    checksum = Self.checksum(of: [depths, eastward, northward])
  }

  /// The volume, summed in the order of the cells and with the rounding error carried along (Neumaier 1974): the same
  /// on any number of ranks, and near enough to tell the rounding of the model from a loss.
  static func volume(of depths: [Double], on mesh: Mesh) -> Double {
    var sum = 0.0, lost = 0.0
    for row in 0..<mesh.rows {
      let area = mesh.area(row: row)
      for depth in depths[row * mesh.columns..<(row + 1) * mesh.columns] {
        let term = depth * area, total = sum + term
        lost += abs(sum) >= abs(term) ? (sum - total) + term : (term - total) + sum
        sum = total
      }
    }
    return sum + lost
  }

  /// FNV-1a over the bytes of the numbers, 64 bits, as 16 hexadecimal digits.
  static func checksum(of lists: [[Double]]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for list in lists {
      for value in list {
        for byte in 0..<8 { hash = (hash ^ (value.bitPattern >> UInt64(8 * byte) & 0xff)) &* 0x100_0000_01b3 }
      }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
