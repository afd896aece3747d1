import DeviceTesting
import MPITesting
import Memory
import Testing

@testable import Halo

/// What plans for fields on devices decide, refuse, and order.
@Suite(.serialized, .mpi(upTo: 2)) struct DevicePlanMPITests {
  private var world: Communicator { MPITesting.world }

  private func grid() throws -> CartesianGrid {
    try CartesianGrid(
      global: [3 * world.size + 1, 7], periodic: true, processGrid: [world.size, 1], over: world)
  }

  private func program<let Rank: Int>(of plan: borrowing HaloPlan<Rank>) throws -> DeviceProgram {
    try #require(plan.runner.update as? DeviceProgram)
  }

  /// One launch packs and copies, one unpacks, however many fields there are.
  @Test(arguments: TestDevice.all) func launches(on which: TestDevice) throws {
    let allocator = Allocator.device(try which.device)
    let grid = try grid()
    let a = try Field<Double, 2>(on: grid, halo: [1, 2], allocator: allocator)
    let b = try Field<Float, 2>(on: grid, halo: 1, allocator: allocator)
    let c = try Field<Int16, 2>(on: grid, halo: 2, allocator: allocator)
    for route in [HaloRoute.staged, .oneShot, .peer] {
      let plan = try HaloPlan(for: a, b, c, on: grid, route: route)
      let program = try program(of: plan)
      try expectOnAllRanks(program.phases.count == 1 && program.phases[0].packs.count == 1)
      try expectOnAllRanks(program.phases[0].unpacks.count == (world.size > 1 ? 1 : 0))
      var alone = 0
      for index in 0..<program.messages.count where program.messages[index].unpack != nil { alone += 1 }
      try expectOnAllRanks(alone == 0)
    }
  }

  private struct Tracers: HaloState {
    let tracers: [SharedField<Double, 2>]

    func fields(_ list: inout FieldList) {
      for tracer in tracers { list.add(tracer.field) }
    }
  }

  /// The same, counted where the driver is called.
  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device"))
  func launchesOfTwelveFields() throws {
    // Ranks that are threads are counted together.
    guard !world.isWithinProcess else { return }
    let allocator = Allocator.device(try TestDevice.cuda.device)
    let grid = try grid()
    var state = Tracers(
      tracers: try (0..<12).map { _ in
        SharedField(try Field<Double, 2>(on: grid, halo: [1, 2], allocator: allocator))
      })
    for route in [HaloRoute.staged, .oneShot, .peer] {
      var plan = try HaloPlan<2>(for: state, on: grid, route: route)
      for _ in 0..<3 {
        let before = CUDAStandIn.calls(of: "cuLaunchKernel")
        try plan.exchange(&state)
        let count = CUDAStandIn.calls(of: "cuLaunchKernel") - before
        try expectOnAllRanks(count == (world.size > 1 ? 2 : 1), "\(route): \(count) launches")
      }
    }
  }

  /// A plan's launches go before what the caller computes meanwhile.
  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device"))
  func launchesGoFirst() throws {
    guard !world.isWithinProcess else { return }
    let grid = try grid()
    let field = try Field<Double, 2>(on: grid, halo: 1, allocator: .device(try TestDevice.cuda.device))
    let before = CUDAStandIn.calls(of: "cuStreamCreateWithPriority")
    let plan = try HaloPlan(for: field, on: grid)
    let count = CUDAStandIn.calls(of: "cuStreamCreateWithPriority") - before
    try expectOnAllRanks(count == 1, "\(count) queues of high priority for \(plan.description)")
  }

  /// What the device can combine it does, each launch what no other of it touches.
  @Test(arguments: TestDevice.all) func accumulations(on which: TestDevice) throws {
    let device = try which.device
    let grid = try grid()
    func program<Element: ArrayElement & AdditiveArithmetic>(
      of _: Element.Type
    ) throws -> any ExchangeProgram {
      let field = try Field<Element, 2>(on: grid, halo: 1, allocator: .device(device))
      let plan = try HaloPlan(for: field, on: grid)
      return try plan.runner.accumulation(Combination.sum)
    }
    for number in [try program(of: Double.self), try program(of: Int32.self)] {
      let combining = try #require(number as? DeviceProgram)
      let phase = combining.phases[0]
      try expectOnAllRanks(phase.packs.count <= 8 && phase.unpacks.count <= 8)
      try expectOnAllRanks(world.size == 1 || !phase.unpacks.isEmpty)
    }
    #expect(try program(of: Float16.self) is DeviceAccumulation)
  }

  /// The routes that are taken, and that the description names.
  @Test(arguments: TestDevice.all) func routes(on which: TestDevice) throws {
    guard world.size > 1 else { return }
    let device = try which.device
    let grid = try grid()
    let u = try Field<Double, 2>(on: grid, halo: 1, allocator: .device(device))
    let everyone = (0..<world.size).allSatisfy { grid.memory.reaches(rank: $0) }
    let opensPeers = everyone && (device.interface == .cuda || world.isWithinProcess)
    let carries = DeviceAwareMPI.carriesMemory(of: device, over: world)
    let fallback: HaloRoute = device.kernelsReachPinnedMemory ? .oneShot : .staged
    for (wish, expected) in [
      (HaloRoute.staged, HaloRoute.staged), (.oneShot, fallback), (.direct, carries ? .direct : fallback),
      (.peer, opensPeers ? .peer : fallback),
    ] {
      let plan = try HaloPlan(for: u, on: grid, route: wish)
      let found = plan.peers.filter { $0.rank != world.rank }
      try expectOnAllRanks(found.allSatisfy { $0.route == expected }, "\(wish): \(found)")
      try expectOnAllRanks(plan.description.contains(" \(expected) "))
    }
    let measured = try HaloPlan(for: u, on: grid).runner.blueprint.routes.figures
    for figures in measured.values {
      let routes = Set(figures.map(\.route))
      let expected: Set<HaloRoute> = Set(
        [.oneShot, .staged] + (carries ? [.direct] : []) + (opensPeers ? [.peer] : []))
      try expectOnAllRanks(routes == expected, "\(routes)")
    }
    // Where there is but one way, nothing is measured.
    let hasChoice = device.kernelsReachPinnedMemory && !world.isWithinProcess && world.size > 1
    try expectOnAllRanks(measured.isEmpty != hasChoice)
  }

  /// What the caller's queue was given before an exchange comes before it, what it is given afterwards comes after it.
  @Test(arguments: TestDevice.all) func orderWithTheCallersQueue(on which: TestDevice) throws {
    let device = try which.device
    let grid = try grid()
    let queue = try DeviceQueue(on: device)
    let oracle = FieldOracle(grid, axes: [.grid(0), .grid(1)], salt: 3)
    var here = try Field<Double, 2>(on: grid, halo: [1, 2], repeating: .poison)
    func field() throws -> Field<Double, 2> {
      try Field(on: grid, halo: [1, 2], repeating: .poison, allocator: .device(device))
    }
    var input = try field()
    var u = try field()
    let output = try field()
    for route in [HaloRoute.staged, .oneShot, .peer] {
      var plan = try HaloPlan(for: u, on: grid, route: route, queue: queue)
      oracle.prepare(&here)
      try input.assign(from: here)
      try input.deviceMemory?.finalize()
      try copyUnseen(input, to: u, on: queue)
      try plan.exchange(&u)
      try copyUnseen(u, to: output, on: queue)
      try queue.wait()
      try here.assign(from: output)
      try expectNothingWrong(oracle.firstWrong(here), "\(route)")
    }
  }

  /// An exchange begins while what the caller gave its queue is still to be done.
  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device")) func beginningDoesNotWait() throws {
    let device = try TestDevice.cuda.device
    let grid = try grid()
    let queue = try DeviceQueue(on: device)
    let oracle = FieldOracle(grid, axes: [.grid(0), .grid(1)], salt: 4)
    var u = try MirroredField<Double, 2>(on: grid, halo: [1, 2], on: device)
    let input = try Field<Double, 2>(on: grid, halo: [1, 2], allocator: .device(device))
    for route in [HaloRoute.staged, .oneShot, .peer] {
      var plan = try HaloPlan(for: u.there, on: grid, route: route, queue: queue)
      oracle.prepare(&u.here)
      try u.send()
      // The stand-in's streams do nothing before somebody waits for it.
      try copyUnseen(u.there, to: input, on: queue)
      let reached = try DeviceEvent(on: device)
      try reached.record(on: queue)
      let flight = try plan.start(&u.there)
      try expectOnAllRanks(try !reached.isComplete, "\(route)")
      try flight.wait()
      try u.fetch()
      try expectNothingWrong(oracle.firstWrong(u.here), "\(route)")
    }
  }

  /// A copy that only the queue orders: the fields do not know of it.
  private func copyUnseen(
    _ source: borrowing Field<Double, 2>, to target: borrowing Field<Double, 2>, on queue: DeviceQueue
  ) throws {
    guard let from = source.deviceMemory, let to = target.deviceMemory else { return }
    try queue.copyUntracked(byteCount: from.byteCount, from: from, at: 0, to: to, at: 0)
  }

  /// Memory that other processes had open is used again by the plans that come after: it may not be freed.
  @Test(.enabled(if: TestDevice.hasCUDA, "no CUDA device")) func plansOneAfterTheOther() throws {
    let device = try TestDevice.cuda.device
    let grid = try grid()
    let u = try Field<Double, 2>(on: grid, halo: [1, 2], allocator: .device(device))
    var addresses: Set<UInt> = []
    for _ in 0..<8 {
      let plan = try HaloPlan(for: u, on: grid, route: .peer)
      addresses.insert(try program(of: plan).staging.memory(.deviceSend).address)
      try world.barrier()
    }
    let isOffered = !world.isWithinProcess && (0..<world.size).allSatisfy { grid.memory.reaches(rank: $0) }
    try expectOnAllRanks(!isOffered || world.size == 1 || addresses.count == 1, "\(addresses)")
  }

  /// A rank that has no field takes part in the plan of those that have them on a device.
  @Test(arguments: TestDevice.all) func aRankWithoutABlock(on which: TestDevice) throws {
    struct Nothing: HaloState {
      func fields(_ list: inout FieldList) {}
    }
    guard world.size > 2 else { return }
    let ranks = world.size - 1
    guard world.rank < ranks else {
      var nothing = Nothing()
      var plan = try HaloPlan<1>(for: nothing, on: LinkedGrid([], axisCount: 1, over: world), route: .staged)
      try plan.exchange(&nothing)
      return try expectNothingWrong(nil)
    }
    let links = [
      Link("upper", to: "lower", ofRank: (world.rank + 1) % ranks, send: [3..<4], receive: [4..<5]),
      Link("lower", to: "upper", ofRank: (world.rank + ranks - 1) % ranks, send: [0..<1], receive: [-1..<0]),
    ]
    var u = try MirroredField<Double, 1>([4], halo: 1, on: try which.device)
    u.here.fillOwned { Double(10 * world.rank + $0[0]) }
    try u.send()
    var plan = try HaloPlan(for: u.there, links: links, over: world, route: .staged)
    try plan.exchange(&u.there)
    try u.fetch()
    let (above, below) = ((world.rank + 1) % ranks, (world.rank + ranks - 1) % ranks)
    let expected = [10 * below + 3] + (0..<4).map { 10 * world.rank + $0 } + [10 * above]
    let found = (-1..<5).map { Int(u.here[[$0]]) }
    try expectNothingWrong(found == expected ? nil : "expected \(expected), found \(found)")
  }

  // MARK: Refusals

  @Test(arguments: TestDevice.all) func fieldsOnDifferentMemory(on which: TestDevice) throws {
    let device = try which.device
    let grid = try grid()
    let there = try Field<Double, 2>(on: grid, halo: 1, name: "there", allocator: .device(device))
    let here = try Field<Double, 2>(on: grid, halo: 1, name: "here")
    func expectRefused(_ words: String, _ body: () throws -> Void) throws {
      let error = #expect(throws: HaloError.self, performing: body)
      try expectOnAllRanks(
        error?.description.contains(words) == true, "\(error?.description ?? "nothing was thrown")")
    }
    try expectRefused("field 'here', memory: expected memory of \(device)") {
      _ = try HaloPlan(for: there, here, on: grid)
    }
    try expectRefused("field 'there', memory: expected memory of the process") {
      _ = try HaloPlan(for: here, there, on: grid)
    }
    try expectRefused("route: expected auto, one-shot, staged, direct, peer, found window") {
      _ = try HaloPlan(for: there, on: grid, route: .window)
    }
    try expectRefused("route: expected auto, window, window-packed, packed, datatype, found staged") {
      _ = try HaloPlan(for: here, on: grid, route: .staged)
    }
    try expectRefused("queue: expected none") {
      _ = try HaloPlan(for: here, on: grid, queue: try device.queue)
    }
  }

  /// One rank's fields lie on a device, the others' do not.
  @Test(arguments: TestDevice.all) func ranksThatDisagree(on which: TestDevice) throws {
    guard world.size > 1 else { return }
    let grid = try grid()
    let u = try Field<Double, 2>(
      on: grid, halo: 1, allocator: world.rank == 0 ? .device(try which.device) : nil)
    let error = #expect(throws: HaloError.self) { _ = try HaloPlan(for: u, on: grid) }
    try expectOnAllRanks(error?.description.contains("memory of \(which.rawValue) devices") == true)
  }
}
