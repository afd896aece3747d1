import DeviceTesting
import Glibc
import Halo
import Testing

/// What becomes of an update when a device fails, each in a process of its own: what the environment says, and a device
/// that is broken, are everybody's.
@Suite(.serialized) struct DeviceFailureTests {
  private static let failure = "CUDA_STAND_IN_FAIL"

  /// Two ranks of one process, each with a field on the device, and a way to look at it.
  private struct Part: ~Copyable {
    let oracle: FieldOracle
    let grid: CartesianGrid
    var here: Field<Double, 2>
    var there: Field<Double, 2>

    init(over world: Communicator) throws {
      let grid = try CartesianGrid(
        global: [7, 5], periodic: true, processGrid: [world.size, 1], over: world)
      let oracle = FieldOracle(grid, axes: [.grid(0), .grid(1)], salt: world.size)
      var here = try Field<Double, 2>(on: grid, halo: [1, 2], repeating: .poison)
      var there = try Field<Double, 2>(
        on: grid, halo: [1, 2], repeating: .poison, allocator: .device(try TestDevice.cuda.device))
      oracle.prepare(&here)
      try there.assign(from: here)
      self.grid = grid
      self.oracle = oracle
      self.here = here
      self.there = there
    }

    /// Updates the halo by a plan of its own; the first point that is wrong then.
    mutating func updateAgain(route: HaloRoute? = nil) throws -> String? {
      var plan = try HaloPlan(for: there, on: grid, route: route)
      try plan.exchange(&there)
      try here.assign(from: there)
      return oracle.firstWrong(here)
    }
  }

  /// Runs ranks with an environment that makes the stand-in fail.
  private static func run(
    failing what: String, _ body: @escaping @Sendable (Communicator) throws -> String?
  ) throws -> [String?] {
    _ = try TestDevice.cuda.device
    return try withEnvironment(failure, what) { try LocalWorld(ranks: 2).run(body) }
  }

  /// Neither rank waits for the other, and the fields are what they were; without the memory of a route, messages of one
  /// rank take another.
  @Test(
    .enabled(if: TestDevice.hasStandIn, "no stand-in for a device"),
    arguments: [
      ("cuMemAlloc_v2:1", HaloRoute.oneShot), ("cuStreamCreate:1", .peer), ("cuMemAlloc_v2:1", .staged),
    ])
  func aPlanThatCannotBeBuilt(_ failure: String, route: HaloRoute) async {
    await #expect(processExitsWith: .success) {
      [failure = failure as String, route = route.rawValue as String] in
      _ = try TestDevice.cuda.device
      let errors = try LocalWorld(ranks: 2).run { world -> [String?] in
        var part = try Part(over: world)
        try world.barrier()
        if world.rank == 0 { _ = unsafe setenv(DeviceFailureTests.failure, failure, 1) }
        try world.barrier()
        var refusal: String?
        do throws(HaloError) {
          var plan = try HaloPlan(for: part.there, on: part.grid, route: HaloRoute(rawValue: route))
          try plan.exchange(&part.there)
          try part.here.assign(from: part.there)
          refusal = part.oracle.firstWrong(part.here)
        } catch {
          refusal = error.description
        }
        try world.barrier()
        if world.rank == 0 { _ = unsafe unsetenv(DeviceFailureTests.failure) }
        try world.barrier()
        return [refusal, try part.updateAgain()]
      }
      for error in errors {
        #expect(error[1] == nil)
        guard route != HaloRoute.staged.rawValue else {
          #expect(error[0] == nil)
          continue
        }
        #expect(error[0]?.contains("CUDA_ERROR_OUT_OF_MEMORY") == true, "\(error[0] ?? "nothing was thrown")")
        #expect(error[0]?.contains("CUDA device 0") == true && error[0]?.contains("\n") == false)
      }
    }
  }

  /// A rank whose memory is not pinned stages messages, the other need not know.
  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device")) func memoryThatIsNotPinned() async {
    await #expect(processExitsWith: .success) {
      let wrong = try DeviceFailureTests.run(failing: "cuMemHostAlloc:1") { world in
        var part = try Part(over: world)
        return try part.updateAgain(route: .oneShot)
      }
      #expect(wrong == [nil, nil])
    }
  }

  /// What fails on the device is reported by the update that needed it, on each rank that did.
  @Test(
    .enabled(if: TestDevice.hasStandIn, "no stand-in for a device"),
    arguments: [
      HaloRoute.staged, .oneShot, .peer,
    ]) func workThatFails(_ route: HaloRoute) async
  {
    await #expect(processExitsWith: .success) { [route = route.rawValue as String] in
      _ = try TestDevice.cuda.device
      let errors = try LocalWorld(ranks: 2).run { world -> String in
        var part = try Part(over: world)
        var plan = try HaloPlan(for: part.there, on: part.grid, route: HaloRoute(rawValue: route))
        try world.barrier()
        if world.rank == 0 { _ = unsafe setenv(DeviceFailureTests.failure, "work:2:700", 1) }
        try world.barrier()
        do throws(HaloError) {
          try plan.exchange(&part.there)
          try part.here.assign(from: part.there)
        } catch {
          return error.description
        }
        return "nothing was thrown"
      }
      for error in errors {
        #expect(
          error.contains("CUDA device 0") && error.contains("error 700") && !error.contains("\n"), "\(error)")
      }
    }
  }
}
