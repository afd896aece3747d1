import MPITesting
import SeededRandom

@testable import Halo

/// A small random plan, its fields and those that take turns with them; the same on all ranks.
struct StressModel: ~Copyable {
  private var u, otherU: StressField<Int64>
  private var v, otherV: StressField<Int32>
  private var plan: HaloPlan<2>
  /// What the plan is, in words.
  let description: String

  init(_ shared: inout Chance, _ own: inout Chance) throws {
    let world = MPITesting.world
    let processGrid = randomProcessGrid(axes: 2, ranks: world.size, &shared)
    let halo = (0..<2).map { _ in
      HaloSides(lower: shared.number(in: 0...2), upper: shared.number(in: 1...2))
    }
    let extents = (0..<2).map {
      processGrid[$0] * max(halo[$0].lower, halo[$0].upper) + shared.number(in: 0...5)
    }
    let grid = try CartesianGrid(
      global: extents, periodic: [shared.happens(oneIn: 2), !shared.happens(oneIn: 3)],
      processGrid: processGrid, over: world)
    let stencil: Stencil = shared.happens(oneIn: 3) ? .star : .box
    let corners: CornerOrder = shared.happens(oneIn: 3) ? .axisByAxis : .direct
    // Memory that others do not reach, on some ranks.
    func allocator() -> Allocator? { own.happens(oneIn: 6) ? .host : nil }
    let u = try StressField<Int64>(on: grid, halo: halo, stencil: stencil, allocator: allocator())
    let otherU = try StressField<Int64>(on: grid, halo: halo, stencil: stencil, allocator: allocator())
    let v = try StressField<Int32>(
      on: grid, halo: [1, 1], stencil: stencil, allocator: allocator())
    let otherV = try StressField<Int32>(
      on: grid, halo: [1, 1], stencil: stencil, allocator: allocator())
    // The routes that go through memory more often than the others.
    let route = shared.one(of: HaloRoute.betweenRanks + [.window, .window, .window, .windowPacked])
    let plan = try HaloPlan<2>(
      for: u.field, v.field, on: grid, stencil: stencil, corners: corners, route: route)
    let isMixed = route.usesSharedMemory && shared.happens(oneIn: 3)
    let seed = shared.next()
    if isMixed {
      let program = plan.runner.update.host
      for index in 0..<program.messages.count {
        let message = program.messages[index]
        let pair = min(message.peer, world.rank) * 1000 + max(message.peer, world.rank)
        var chance = Chance(seed: seed, case: pair * 10 + message.phase)
        program.setRoute(chance.one(of: HaloRoute.betweenRanks), ofMessage: index)
      }
    }
    description = "\(grid), halo \(halo), \(stencil), \(corners), \(isMixed ? "mixed" : route.description)"
    self.u = u
    self.otherU = otherU
    self.v = v
    self.otherV = otherV
    self.plan = plan
  }

  /// One update of values that no step before had, with delays before, within and after; what is wrong then.
  mutating func update(_ step: Int, _ shared: inout Chance, _ own: inout Chance) throws -> String? {
    u.prepare(step)
    v.prepare(step)
    Delay(&own).pass()
    let within = Delay(&own)
    switch shared.number(in: 0...3) {
    case 0: try plan.exchange(&u.field, &v.field)
    case 1: try plan.exchange(&u.field, &v.field) { _, _ in within.pass() }
    case 2:
      try plan.exchange(&u.field, &v.field) { u, _ in
        for _ in 0..<3 { u.progress() }
        within.pass()
        u.progress()
      }
    default: try plan.update(&u.field, &v.field) { _, _, _ in }
    }
    let wrong = u.firstWrong(step) ?? v.firstWrong(step)
    if shared.happens(oneIn: 2) { swap(&u, &otherU) }
    if shared.happens(oneIn: 3) { swap(&v, &otherV) }
    return wrong
  }
}
