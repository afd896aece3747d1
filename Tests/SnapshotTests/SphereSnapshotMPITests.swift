import Halo
import MPITesting
import Testing

@testable import Snapshot

/// Blocks of a cubed sphere as one array of tiles, several blocks a rank.
@Suite(.serialized, .mpi) struct SphereSnapshotMPITests {
  private var world: Communicator { MPITesting.world }

  private func number(_ tile: Int, _ row: Int, _ column: Int) -> Double {
    Double((tile * 100 + row) * 100 + column)
  }

  private func blocks(of grid: CubedSphereGrid) throws -> [SharedField<Double, 2>] {
    try (0..<grid.blockCount).map { block in
      SharedField(
        try Field(
          on: grid, block: block, axes: [.grid(0), .grid(1, staggered: true)], halo: 1, repeating: -1))
    }
  }

  @Test func tiles() throws {
    let grid = try CubedSphereGrid(pointsPerSide: 7, over: world)
    let folder = try TemporaryFolder(world)
    var wind = try blocks(of: grid)
    for (block, field) in wind.enumerated() {
      let tile = grid.tile(ofBlock: block)
      field.field.fillOwned { number(tile, $0[0], $0[1]) }
    }
    let snapshot = try Snapshot.Writer(at: "\(folder.path)/sphere.zarr", on: grid)
    try snapshot.write(step: 1, time: 0) { $0.add(wind, "wind") }

    // In finer blocks, where they can be dealt evenly.
    let finer = grid.topology.layout.map { min($0 * 2, 7) }
    let layout = finer.reduce(6, *).isMultiple(of: world.size) ? finer : grid.topology.layout
    let fine = try CubedSphereGrid(pointsPerSide: 7, layout: layout, over: world)
    wind = try blocks(of: fine)
    let reader = try Snapshot.Reader(at: "\(folder.path)/sphere.zarr", on: fine)
    try reader.read(into: &wind, "wind")
    var wrong: String?
    for (block, field) in wind.enumerated() {
      let (tile, owned) = (fine.tile(ofBlock: block), fine.owned(byBlock: block))
      for i in field.field.allocated[0] {
        for j in field.field.allocated[1] {
          let isOwned = (0..<owned[0].count).contains(i) && (0...owned[1].count).contains(j)
          let expected = isOwned ? number(tile, owned[0].lowerBound + i, owned[1].lowerBound + j) : -1
          if field.field[i, j] != expected, wrong == nil {
            wrong = "tile \(tile) [\(i), \(j)]: expected \(expected), found \(field.field[i, j])"
          }
        }
      }
    }
    try expectOnAllRanks(wrong == nil, "\(wrong ?? "")")
  }
}
