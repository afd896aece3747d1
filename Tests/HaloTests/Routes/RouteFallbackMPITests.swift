import Halo
import MPITesting
import Testing

/// Fields that no other rank reaches, and fields that take turns.
@Suite(.serialized, .mpi(upTo: 6)) struct RouteFallbackMPITests {
  private var world: Communicator { MPITesting.world }

  private func grid() throws -> CartesianGrid {
    try CartesianGrid(
      global: [4 * world.size, 7], periodic: [true, false], processGrid: [world.size, 1], over: world)
  }

  private func field(on grid: CartesianGrid, _ allocator: Allocator? = nil) throws -> Field<Double, 2> {
    try Field<Double, 2>(on: grid, halo: 2, repeating: .poison, allocator: allocator)
  }

  /// One rank's field lies in memory of its own, from the beginning or only in some of the steps.
  @Test(arguments: HaloRoute.betweenRanks) func memoryOfOneRankAlone(_ route: HaloRoute) throws {
    let grid = try grid()
    for (elsewhere, odd) in [(Allocator.host, 0), (.hugePages, world.size - 1)] {
      let allocator = world.rank == odd ? elsewhere : nil
      for isFirstElsewhere in [true, false] {
        var old = try field(on: grid, isFirstElsewhere ? allocator : nil)
        var new = try field(on: grid, isFirstElsewhere ? nil : allocator)
        var plan = try HaloPlan(for: old, on: grid, route: route)
        try exchange(&old, &new, by: &plan, on: grid)
      }
    }
  }

  /// No rank's field lies in shared memory.
  @Test(arguments: HaloRoute.betweenRanks) func memoryOfEachRankAlone(_ route: HaloRoute) throws {
    let grid = try grid()
    var old = try field(on: grid, .host)
    var new = try field(on: grid, .host)
    var plan = try HaloPlan(for: old, on: grid, route: route)
    try exchange(&old, &new, by: &plan, on: grid)
  }

  private func exchange(
    _ old: inout Field<Double, 2>, _ new: inout Field<Double, 2>, by plan: inout HaloPlan<2>,
    on grid: CartesianGrid
  ) throws {
    for step in 0..<6 {
      let oracle = HaloOracle(
        extents: grid.extents, periodic: grid.topology.periodic, stencil: .box, salt: step)
      oracle.prepare(&old)
      try plan.exchange(&old)
      try expectNothingWrong(oracle.firstWrong(old), "step \(step)")
      if step % 3 != 1 { swap(&old, &new) }
    }
  }

  /// Three, and more than a plan remembers, in turns: each exchange carries what the fields of its step hold.
  @Test(arguments: HaloRoute.betweenRanks, [2, 3, 6]) func turns(_ route: HaloRoute, count: Int) throws {
    let grid = try grid()
    let memory = try Allocator.shared(onNodeOf: world)
    let fields = try (0..<count).map { number in
      SharedField(try field(on: grid, number % 3 == 1 ? .host : memory))
    }
    var plan = try HaloPlan<2>(for: fields[0], on: grid, route: route)
    for step in 0..<4 * count {
      var now = fields[step * 5 % count]
      let oracle = HaloOracle(
        extents: grid.extents, periodic: grid.topology.periodic, stencil: .box, salt: step)
      oracle.prepare(&now.field)
      try plan.exchange(&now)
      try expectNothingWrong(oracle.firstWrong(now.field), "step \(step)")
    }
  }
}
