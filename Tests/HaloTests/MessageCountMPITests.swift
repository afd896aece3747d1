import MPITesting
import Testing

@testable import Halo

/// How many transfers an exchange starts, counted where they are started.
@Suite(.serialized, .mpi) struct MessageCountMPITests {
  private var world: Communicator { MPITesting.world }

  /// One message to each peer and one from it, for one field or for six of different types and halos.
  @Test func fieldsShareAMessage() throws {
    let grid = try CartesianGrid(global: [13, 12, 14], periodic: true, over: world)
    let peers = Set(
      try grid.topology.links(of: world.rank, halo: [1, 1, 1], stencil: .box).map(\.peer)
    ).subtracting([world.rank])
    var a = try Field<Double, 3>(on: grid, halo: 1)
    var b = try Field<Float, 3>(on: grid, halo: 2)
    var c = try Field<Int16, 3>(on: grid, halo: [1, 2, 1])
    var d = try Field<UInt8, 2>(on: grid, axes: [.grid(0), .grid(2)], halo: 1)
    var e = try Field<Double, 4>(on: grid, axes: [.extra(3), .grid(0), .grid(1), .grid(2)], halo: 1)
    var f = try Field<Int, 3>(
      on: grid, axes: [.grid(0, staggered: true), .grid(1), .grid(2)], halo: 1)
    var one = try HaloPlan(for: a, on: grid, route: .packed)
    var six = try HaloPlan(for: a, b, c, d, e, f, on: grid, route: .packed)
    for _ in 0..<4 {
      try one.exchange(&a)
      try six.exchange(&a, &b, &c, &d, &e, &f)
    }
    try expectOnAllRanks(one.runner.update.host.requests.startedCount == 4 * 2 * peers.count)
    try expectOnAllRanks(six.runner.update.host.requests.startedCount == 4 * 2 * peers.count)

    try six.exchange(&a, &b, &c, &d, &e, &f, width: 1)
    let narrow = try six.runner.updating(1)
    try expectOnAllRanks(narrow !== six.runner.update)
    try expectOnAllRanks(narrow.host.requests.startedCount == 2 * peers.count)
    try six.accumulate(&a, &b, &c, &d, &e, &f, .sum)
    let back = try six.runner.accumulation(.sum)
    try expectOnAllRanks(back.host.requests.startedCount == 2 * peers.count)
  }

  /// What a plan tells of its messages is what it starts, by every route.
  @Test(arguments: HaloRoute.betweenRanks, [CornerOrder.direct, .axisByAxis])
  func plansTellWhatTheyStart(_ route: HaloRoute, _ corners: CornerOrder) throws {
    let grid = try CartesianGrid(global: [13, 12], periodic: true, over: world)
    var u = try Field<Double, 2>(on: grid, halo: 1)
    var plan = try HaloPlan(for: u, on: grid, corners: corners, route: route)
    for _ in 0..<3 { try plan.exchange(&u) }
    let program = plan.runner.update.host
    let started = program.requests.startedCount + (program.boundMessages?.requests.startedCount ?? 0)
    // As many come as go.
    try expectOnAllRanks(started == 3 * 2 * plan.messagesPerUpdate, "\(started)")
    try expectOnAllRanks(plan.peers.reduce(0) { $0 + $1.messagesSent } == plan.messagesPerUpdate)
    let areMessages = plan.peers.allSatisfy { $0.rank == world.rank || !$0.route.usesSharedMemory }
    try expectOnAllRanks(plan.messagesPerUpdate == (areMessages ? plan.offersPerUpdate : 0))
    for peer in plan.peers { #expect(peer.bytesSent > 0 && peer.bytesReceived > 0) }
  }

  /// Two messages each way along an axis of three ranks or more, whatever the number of fields.
  @Test func axesShareTheirMessages() throws {
    let grid = try CartesianGrid(
      global: [4 * world.size, 6], periodic: true, processGrid: [world.size, 1], over: world)
    var a = try Field<Double, 2>(on: grid, halo: 1)
    var b = try Field<Float, 2>(on: grid, halo: 2)
    var plan = try HaloPlan(for: a, b, on: grid, corners: .axisByAxis, route: .packed)
    for _ in 0..<3 { try plan.exchange(&a, &b) }
    try expectOnAllRanks(plan.runner.update.host.requests.startedCount == 3 * 2 * min(world.size - 1, 2))
  }
}
