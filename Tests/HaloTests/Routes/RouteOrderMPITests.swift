import MPITesting
import SeededRandom
import Testing

@testable import Halo

/// Whatever ranks do first, and whichever way each message goes, nobody waits in a circle.
@Suite(.serialized, .mpi(upTo: 6)) struct RouteOrderMPITests {
  private var world: Communicator { MPITesting.world }

  private func grid() throws -> CartesianGrid {
    try CartesianGrid(
      global: [4 * world.size, 9], periodic: true, processGrid: [world.size, 1], over: world)
  }

  private func oracle(_ grid: CartesianGrid, _ salt: Int) -> HaloOracle {
    HaloOracle(extents: grid.extents, periodic: [true, true], stencil: .box, salt: salt)
  }

  /// One rank begins the second exchange within the first, another after it, a third the other way round.
  @Test(arguments: [
    (HaloRoute.window, HaloRoute.window), (.window, .windowPacked), (.window, .packed), (.datatype, .window),
    (.packed, .datatype),
  ])
  func exchangesWithinEachOther(one: HaloRoute, other: HaloRoute) throws {
    let grid = try grid()
    var u = try Field<Double, 2>(on: grid, halo: 1, repeating: .poison)
    var v = try Field<Float, 2>(on: grid, halo: 2, repeating: .poison)
    var first = try HaloPlan(for: u, on: grid, route: one)
    var second = try HaloPlan(for: v, on: grid, route: other)
    for step in 0..<6 {
      oracle(grid, step).prepare(&u)
      oracle(grid, step + 50).prepare(&v)
      switch (world.rank + step) % 3 {
      case 0: try first.exchange(&u) { _ in try second.exchange(&v) }
      case 1:
        try first.exchange(&u)
        try second.exchange(&v)
      default: try second.exchange(&v) { _ in try first.exchange(&u) }
      }
      let wrong = oracle(grid, step).firstWrong(u) ?? oracle(grid, step + 50).firstWrong(v)
      try expectNothingWrong(wrong, "step \(step)")
    }
  }

  /// A rank meets the others within its exchange; they have ended theirs before.
  @Test(arguments: HaloRoute.betweenRanks) func collectivesWithinTheBody(_ route: HaloRoute) throws {
    let grid = try grid()
    var u = try Field<Double, 2>(on: grid, halo: 1, repeating: .poison)
    for corners in [CornerOrder.direct, .axisByAxis] {
      var plan = try HaloPlan(for: u, on: grid, corners: corners, route: route)
      for step in 0..<6 {
        oracle(grid, step).prepare(&u)
        let meetsWithin = world.rank == step % world.size
        func meet() throws -> Int {
          try world.barrier()
          return try world.allReduce(world.rank, .sum)
        }
        let sum: Int
        if meetsWithin {
          sum = try plan.exchange(&u) { _ in try meet() }
        } else {
          try plan.exchange(&u)
          sum = try meet()
        }
        #expect(sum == world.size * (world.size - 1) / 2)
        try expectNothingWrong(oracle(grid, step).firstWrong(u), "step \(step)")
      }
    }
  }

  /// A message of the user's that a rank awaits within its exchange is sent by another after that one's.
  @Test(arguments: HaloRoute.betweenRanks) func messagesWithinTheBody(_ route: HaloRoute) throws {
    guard world.size > 1 else { return }
    let grid = try grid()
    var u = try Field<Double, 2>(on: grid, halo: 1, repeating: .poison)
    var plan = try HaloPlan(for: u, on: grid, route: route)
    for step in 0..<6 {
      oracle(grid, step).prepare(&u)
      let receiver = step % world.size
      let sender = (receiver + 1) % world.size
      if world.rank == receiver {
        try plan.exchange(&u) { _ in
          var words = [0]
          var memory = words.mutableSpan
          try world.receive(into: &memory, from: sender, tag: step)
        }
      } else {
        try plan.exchange(&u)
        if world.rank == sender { try world.send([step].span, to: receiver, tag: step) }
      }
      try expectNothingWrong(oracle(grid, step).firstWrong(u), "step \(step)")
    }
  }

  /// Every peer's messages go another way, in another mixture each time.
  @Test func mixedRoutes() throws {
    let seed = try sharedSeed()
    let processGrid = world.size % 2 == 0 ? [2, world.size / 2] : [world.size, 1]
    let grid = try CartesianGrid(
      global: [3 * processGrid[0], 3 * processGrid[1]], periodic: true, processGrid: processGrid, over: world)
    var u = try Field<Double, 2>(on: grid, halo: 1, repeating: .poison)
    var v = try Field<Int16, 2>(on: grid, halo: 2, repeating: .poison)
    for corners in [CornerOrder.direct, .axisByAxis] {
      var plan = try HaloPlan(for: u, v, on: grid, corners: corners, route: .window)
      let program = plan.runner.update.host
      for step in 0..<12 {
        for index in 0..<program.messages.count {
          let (peer, phase) = (program.messages[index].peer, program.messages[index].phase)
          let pair = [min(peer, world.rank), max(peer, world.rank), phase, step]
          var chance = Chance(seed: seed, case: pair.reduce(0) { $0 * 31 + $1 })
          program.setRoute(chance.one(of: HaloRoute.betweenRanks), ofMessage: index)
        }
        oracle(grid, step).prepare(&u)
        oracle(grid, step + 50).prepare(&v)
        try plan.exchange(&u, &v)
        try expectNothingWrong(
          oracle(grid, step).firstWrong(u) ?? oracle(grid, step + 50).firstWrong(v),
          "\(corners), step \(step), \(plan.description)")
      }
    }
  }
}
