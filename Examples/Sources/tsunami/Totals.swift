import ExampleSupport
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
    checksum = Checksum.text(of: depths, eastward, northward)
  }

  /// The volume, summed in the order of the cells: the same on any number of ranks.
  static func volume(of depths: [Double], on mesh: Mesh) -> Double {
    var volume = CompensatedSum()
    for row in 0..<mesh.rows {
      let area = mesh.area(row: row)
      for depth in depths[row * mesh.columns..<(row + 1) * mesh.columns] { volume.add(depth * area) }
    }
    return volume.total
  }
}
