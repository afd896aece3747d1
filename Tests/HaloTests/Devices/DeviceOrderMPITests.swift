import DeviceTesting
import Halo
import MPITesting
import Testing

/// Exchanges of fields on devices beside other exchanges, messages and collectives.
@Suite(.serialized, .mpi(upTo: 2)) struct DeviceOrderMPITests {
  private var world: Communicator { MPITesting.world }

  private func grid() throws -> CartesianGrid {
    try CartesianGrid(
      global: [3 * world.size + 1, 5], periodic: true, processGrid: [world.size, 1], over: world)
  }

  private func oracle(_ grid: CartesianGrid, _ salt: Int) -> FieldOracle {
    FieldOracle(grid, axes: [.grid(0), .grid(1)], salt: salt)
  }

  /// One within the body of the other, of a plan and of its copy, and of a field in the process's memory.
  @Test(arguments: TestDevice.all, [HaloRoute.staged, .oneShot, .peer])
  func exchangesWithinEachOther(on which: TestDevice, route: HaloRoute) throws {
    let grid = try grid()
    let device = try which.device
    var u = try MirroredField<Double, 2>(on: grid, halo: [1, 2], on: device)
    var v = try MirroredField<Double, 2>(on: grid, halo: [1, 2], on: device)
    var w = try Field<Double, 2>(on: grid, halo: [1, 2], repeating: .poison)
    var plan = try HaloPlan(for: u.there, on: grid, route: route)
    var copy = try plan.clone()
    var other = try HaloPlan(for: w, on: grid)
    for step in 0..<4 {
      oracle(grid, step).prepare(&u.here)
      oracle(grid, step + 50).prepare(&v.here)
      oracle(grid, step + 90).prepare(&w)
      try u.send()
      try v.send()
      try plan.exchange(&u.there) { _ in
        try copy.exchange(&v.there) { _ in try other.exchange(&w) { _ in try world.barrier() } }
      }
      try u.fetch()
      try v.fetch()
      try expectNothingWrong(
        oracle(grid, step).firstWrong(u.here) ?? oracle(grid, step + 50).firstWrong(v.here)
          ?? oracle(grid, step + 90).firstWrong(w), "step \(step)")
    }
  }

  /// Points that two blocks hold, and corners that four do.
  @Test(arguments: TestDevice.all) func sharedPoints(on which: TestDevice) throws {
    let grid = try grid()
    let axes: [FieldAxis] = [.grid(0, staggered: true), .grid(1, staggered: true)]
    var u = try MirroredField<Double, 2>(on: grid, axes: axes, halo: 1, on: try which.device)
    var plan = try SharedPointPlan(for: u.here, on: grid)
    var there = try SharedPointPlan(for: u.there, on: grid)
    func fill() {
      u.here.fill(u.here.allocated, with: -1)
      u.here.fillOwned { point in Double(100 * point[0] + point[1] + 10_000 * world.rank) }
    }
    fill()
    try plan.synchronize(&u.here)
    let expected = u.here.bits
    fill()
    try u.send()
    try there.synchronize(&u.there)
    try u.fetch()
    try expectNothingWrong(u.here.bits == expected ? nil : "not the bits of those in memory")
  }

  /// The order of corners that is measured leaves the same halo.
  @Test(arguments: TestDevice.all) func measuredCorners(on which: TestDevice) throws {
    let grid = try grid()
    var u = try MirroredField<Double, 2>(on: grid, halo: 1, on: try which.device)
    for corners in [CornerOrder.measured, .axisByAxis] {
      var plan = try HaloPlan(for: u.there, on: grid, corners: corners)
      oracle(grid, 7).prepare(&u.here)
      try u.send()
      try plan.exchange(&u.there)
      try u.fetch()
      try expectNothingWrong(oracle(grid, 7).firstWrong(u.here), "\(corners)")
    }
  }
}
