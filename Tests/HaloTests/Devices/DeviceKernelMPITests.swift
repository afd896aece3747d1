import DeviceTesting
import Halo
import MPITesting
import SeededRandom
import Testing

/// Simulations on devices whose kernels run while messages travel: every cell compared with one grid in memory.
@Suite(.serialized, .mpi(upTo: 2)) struct DeviceKernelMPITests {
  private let world = MPITesting.world

  @Test(arguments: TestDevice.all) func kernelsComputeEveryCellOnce(on which: TestDevice) throws {
    let device = try which.device
    let seed = try sharedSeed()
    var generator = SeededGenerator(state: seed)
    for _ in MPITesting.rounds(3) {
      let processGrid = randomProcessGrid(axes: 2, ranks: world.size, &generator)
      let halo = (0..<2).map { _ in
        HaloSides(
          lower: Int.random(in: 1...3, using: &generator), upper: Int.random(in: 1...2, using: &generator))
      }
      let extents = processGrid.map { 3 * $0 + Int.random(in: 0...9, using: &generator) }
      let grid = try CartesianGrid(
        global: extents, periodic: true, processGrid: processGrid, over: world)
      let queue = Bool.random(using: &generator) ? try DeviceQueue(on: device) : nil
      let kernel = try NeighbourSum(on: queue ?? device.queue)
      var cells = (0..<extents[0] * extents[1]).map { _ in
        UInt32.random(in: 0...UInt32.max, using: &generator)
      }

      var here = try Field<UInt32, 2>(on: grid, halo: HaloWidths(halo), repeating: .max)
      here.fillOwned { cells[$0[0] * extents[1] + $0[1]] }
      var old = try Field<UInt32, 2>(
        on: grid, halo: HaloWidths(halo), repeating: 7, allocator: .device(device))
      var new = try Field<UInt32, 2>(
        on: grid, halo: HaloWidths(halo), repeating: 9, allocator: .device(device))
      try old.assign(from: here, on: queue)
      var plan = try HaloPlan(for: old, on: grid, queue: queue)
      for _ in 0..<4 {
        try plan.update(&old) { old, box in try kernel.launch(old, into: new, over: box) }
        swap(&old, &new)
        cells = NeighbourSum.result(cells, extents)
      }
      try plan.exchange(&old)
      try here.assign(from: old, on: queue)

      var wrong: String?
      let origin = here.globalOrigin
      here.forEachRow(in: here.allocated) { cell, row in
        for x in row.indices {
          let i = (origin[0] + cell[0] + extents[0]) % extents[0]
          let j = (origin[1] + cell[1] + x + extents[1]) % extents[1]
          let expected = cells[i * extents[1] + j]
          if row[x] != expected {
            wrong = wrong ?? "cell [\(cell[0]), \(cell[1] + x)]: expected \(expected), found \(row[x])"
          }
        }
      }
      try expectNothingWrong(wrong, "seed \(seed), \(grid), halo \(halo)")
    }
  }
}
