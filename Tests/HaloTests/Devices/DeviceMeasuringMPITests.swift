import DeviceTesting
import Glibc
import MPITesting
import Testing

@testable import Halo

/// What fails on one rank's device while a plan is built and finds out which routes are fastest.
@Suite(.serialized, .mpi(upTo: 4)) struct DeviceMeasuringMPITests {
  private var world: Communicator { MPITesting.world }

  /// Calls of the driver, and which of them fail.
  private static let calls = [
    ("cuMemAlloc_v2", [1, 2, 3, 4, 5, 6]), ("cuMemHostAlloc", [1, 3]), ("cuStreamCreate", [1]),
    ("cuEventRecord", [1, 8, 15, 20, 26]), ("cuLaunchKernel", [1, 2, 3, 5, 8, 13]),
  ]

  /// All ranks throw the same, or none throws and halos are right; nobody waits for the one that failed, and no cell has
  /// changed before the first exchange.
  @Test(
    .enabled(if: TestDevice.hasStandIn, "no stand-in for a device"),
    arguments: calls)
  func aCallThatFails(_ call: String, numbers: [Int]) throws {
    // Threads of one process measure nothing, and have one environment.
    guard world.size > 1, !world.isWithinProcess else { return }
    let device = try TestDevice.cuda.device
    let limit = world.timeLimit
    world.timeLimit = .seconds(20)
    defer { world.timeLimit = limit }
    let place = Self.calls.firstIndex { $0.0 == call } ?? 0
    var failures = 0
    for number in numbers {
      // Of another size each time, so that it is measured.
      let grid = try CartesianGrid(
        global: [3 * world.size + 1, 30 * place + number + 4], periodic: true, processGrid: [world.size, 1],
        over: world)
      let oracle = FieldOracle(grid, axes: [.grid(0), .grid(1)], salt: number)
      var u = try MirroredField<Double, 2>(on: grid, halo: [1, 2], on: device)
      oracle.prepare(&u.here)
      try u.send()
      let bits = u.here.bits
      try world.barrier()
      if world.rank == number % world.size { _ = unsafe setenv("CUDA_STAND_IN_FAIL", "\(call):\(number)", 1) }
      var text = "";
      do {
        var plan = try HaloPlan(for: u.there, on: grid)
        _ = unsafe unsetenv("CUDA_STAND_IN_FAIL")
        try u.fetch()
        try expectOnAllRanks(u.here.bits == bits, "\(call) \(number)")
        try plan.exchange(&u.there)
        try u.fetch()
        try expectNothingWrong(oracle.firstWrong(u.here), "\(call) \(number)")
      } catch let error as HaloError {
        _ = unsafe unsetenv("CUDA_STAND_IN_FAIL")
        text = error.description
        failures += 1
        try u.fetch()
        try expectOnAllRanks(u.here.bits == bits, "\(call) \(number)")
        // What every rank has in the plan's place.
        try expectNothingWrong(nil)
      }
      let sum = text.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
      let isSame = try world.allReduce(sum, .max) == sum && world.allReduce(sum, .min) == sum
      try expectOnAllRanks(isSame, "\(call) \(number): \(text)")
      guard !text.isEmpty else { continue }
      #expect(text.contains("OUT_OF_MEMORY") && text.contains("CUDA device 0"), "\(text)")
    }
    try expectOnAllRanks(failures > 0 || call == "cuMemHostAlloc", "no plan missed what failed")
  }
}
