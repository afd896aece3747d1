import Halo
import MPITesting
import Testing

/// A plan does not compare a field again that it has seen; one that it has not seen is compared all the same.
@Suite(.serialized, .mpi) struct KnownFieldsMPITests {
  @Test func fieldsThatComeAndGoAreTakenAndRefused() throws {
    let world = MPITesting.world
    let grid = try CartesianGrid(
      global: [6 * world.size, 5], periodic: true, processGrid: [world.size, 1], over: world)
    var model = try Field<Double, 2>(on: grid, halo: 2)
    var plan = try HaloPlan(for: model, on: grid)
    let oracle = HaloOracle(extents: grid.extents, periodic: [true, true], stencil: .box)
    for step in 0..<12 {
      // Freed at the end of the step: the next one may lie where it lay.
      var field = try Field<Double, 2>(on: grid, halo: 2)
      oracle.prepare(&field)
      try plan.exchange(&field)
      try expectNothingWrong(oracle.firstWrong(field))
      var narrow = try Field<Double, 2>(on: grid, halo: HaloWidths(1 + step % 2 * 2))
      #expect(throws: HaloError.self) { try plan.exchange(&narrow) }
      try plan.exchange(&model)
    }
  }
}
