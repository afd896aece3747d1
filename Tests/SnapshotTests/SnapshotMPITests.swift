import Halo
import MPITesting
import Testing

@testable import Snapshot

@Suite(.serialized, .mpi) struct SnapshotMPITests {
  private var world: Communicator { MPITesting.world }

  @Test func roundTrip() throws {
    let folder = try TemporaryFolder(world)
    let grid = try CartesianGrid(global: [13, 10], periodic: [true, false], over: world)
    var u = try Field<Double, 2>(on: grid, halo: 1, name: "u")
    u.fillOwned { Double($0[0] * 100 + $0[1]) }
    let writer = try Snapshot.Writer(at: "\(folder.path)/a.zarr", on: grid)
    try writer.write(step: 3, time: 0.5) { $0.add(u) }
    var v = try Field<Double, 2>(on: grid, halo: 1, name: "u")
    let reader = try Snapshot.Reader(at: "\(folder.path)/a.zarr", on: grid)
    try expectOnAllRanks(reader.steps == [3] && reader.times == [0.5])
    try reader.read(into: &v)
    var same = true
    for i in u.owned[0] { for j in u.owned[1] where u[i, j] != v[i, j] { same = false } }
    try expectOnAllRanks(same)
  }
}
