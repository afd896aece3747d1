import MPITesting
import Testing

@testable import Halo

/// What goes wrong on one rank ends the exchange of all that wait for each other, long before the time limit.
@Suite(.serialized, .mpi(upTo: 6)) struct RouteFailureMPITests {
  private var world: Communicator { MPITesting.world }

  private func grid() throws -> CartesianGrid {
    try CartesianGrid(
      global: [4 * world.size, 7], periodic: true, processGrid: [world.size, 1], over: world)
  }

  /// Whether ranks can reach each other's memory; under mpirun, one rank alone shares it with nobody.
  private var reachesOthers: Bool { world.size > 1 }

  /// Exchanges until an error ends it, which a rank far from the failed one meets a few exchanges later.
  private func firstError(
    _ plan: inout HaloPlan<2>, _ old: inout Field<Double, 2>, _ new: inout Field<Double, 2>,
    isToSwap: (Int) -> Bool
  ) -> HaloError? {
    for step in 0..<2 * world.size + 8 {
      if let error = thrownHaloError({ try plan.exchange(&old) }) { return error }
      if isToSwap(step) { swap(&old, &new) }
    }
    return nil
  }

  @Test func swapsAtDifferentSteps() throws {
    guard reachesOthers else { return }
    let grid = try grid()
    var old = try Field<Double, 2>(on: grid, halo: 1, name: "height")
    var new = try Field<Double, 2>(on: grid, halo: 1, name: "height")
    var plan = try HaloPlan(for: old, on: grid, route: .window)
    let isOdd = world.rank == world.size - 1
    let error = firstError(&plan, &old, &new) { step in !isOdd || step != 3 }
    var isMismatch = false
    switch error {
    case .fieldMismatch(let mismatch):
      isMismatch = true
      #expect(mismatch.field == "'height'" && mismatch.rank == world.rank && mismatch.peer != nil)
      #expect(mismatch.property == "which of the fields that take turns", "\(mismatch)")
      let beside = [(world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size]
      #expect(mismatch.peer.map { beside.contains($0) } ?? false, "\(mismatch)")
    case .onRank(let peer, let message):
      #expect(peer != world.rank && message.contains("given up"), "\(message)")
    case let other: Issue.record("found \(String(describing: other))")
    }
    // Whoever finds it first tells the others: one at least has found it.
    try expectOnAllRanks(try world.allReduce(isMismatch ? 1 : 0, .sum) > 0)
  }

  /// The rank whose time is over says so, and its peers, who come later, do not wait for theirs.
  @Test(arguments: HaloRoute.betweenRanks) func oneRanksTimeIsOver(_ route: HaloRoute) throws {
    guard reachesOthers else { return }
    let grid = try grid()
    var old = try Field<Double, 2>(on: grid, halo: 1)
    var new = try Field<Double, 2>(on: grid, halo: 1)
    var plan = try HaloPlan(for: old, on: grid, route: route)
    try plan.exchange(&old)
    let go = 7
    guard world.rank > 0 else {
      plan.runner.communicator.timeLimit = .milliseconds(200)
      let error = thrownHaloError { try plan.exchange(&old) }
      for peer in 1..<world.size { try world.send([1].span, to: peer, tag: go) }
      let peers = Set([1, world.size - 1]).sorted()
      guard case .timedOut(0, peers, .milliseconds(200)) = error else {
        Issue.record("found \(String(describing: error))")
        return
      }
      return
    }
    var word = [0]
    var memory = word.mutableSpan
    try world.receive(into: &memory, from: 0, tag: go)
    let error = firstError(&plan, &old, &new) { _ in false }
    guard case .onRank(let peer, let message) = error, message.contains("given up") else {
      Issue.record("found \(String(describing: error))")
      return
    }
    #expect(peer != world.rank)
  }

  private struct Refusal: Error {}

  /// A body that throws on one rank ends nothing: the halo of all ranks is filled, and the plan goes on.
  @Test(arguments: HaloRoute.betweenRanks) func bodyThatThrows(_ route: HaloRoute) throws {
    let grid = try grid()
    var u = try Field<Double, 2>(on: grid, halo: 1, repeating: .poison)
    var plan = try HaloPlan(for: u, on: grid, route: route)
    for step in 0..<4 {
      let oracle = HaloOracle(extents: grid.extents, periodic: [true, true], stencil: .box, salt: step)
      oracle.prepare(&u)
      let isOdd = world.rank == step % world.size
      do {
        try plan.exchange(&u) { _ in if isOdd { throw Refusal() } }
        #expect(!isOdd)
      } catch is Refusal {
        #expect(isOdd)
      }
      try expectNothingWrong(oracle.firstWrong(u))
    }
  }
}
