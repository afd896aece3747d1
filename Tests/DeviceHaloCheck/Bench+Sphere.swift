import Halo
import HaloOracles
import SeededRandom

extension Bench {
  /// Scalars and vectors of a cubed sphere, in all staggerings, exchanged together by every route.
  func runSphere(_ chance: inout Chance) throws {
    let layouts = [[1, 1], [2, 1], [1, 2], [2, 2], [3, 2], [1, 4]].filter {
      6 * $0[0] * $0[1] % world.size == 0
    }
    let layout = layouts.isEmpty ? nil : chance.one(of: layouts)
    let grid = try CubedSphereGrid(
      pointsPerSide: 2 * (layout ?? [1, world.size]).reduce(1, max) + chance.number(in: 0...3),
      layout: layout,
      over: world)
    let sides = [randomSides(widest: 2, &chance), randomSides(widest: 2, &chance)]
    let stencil = chance.one(of: Stencil.allCases)
    func blocks(_ allocator: Allocator?) throws -> [SphereState] {
      try (0..<grid.blockCount).map {
        try SphereState(
          on: grid, block: $0, halo: sides, allocator: allocator)
      }
    }
    let hosts = try blocks(nil)
    var state = try blocks(allocator)
    for route in memory.routes {
      var plan = try HaloPlan<2>(for: state, on: grid, stencil: stencil, route: route)
      guard try tally.takes(route, plan) else { continue }
      for salt in 0..<2 {
        let oracle = SphereOracle(pointsPerSide: grid.pointsPerSide, stencil: stencil, salt: salt)
        for (host, block) in zip(hosts, state) {
          host.prepare(oracle)
          try block.assign(from: host)
        }
        try plan.exchange(&state)
        var wrong: String?
        for (host, block) in zip(hosts, state) where wrong == nil {
          try host.assign(from: block)
          wrong = host.firstWrong(oracle)
        }
        try tally.count(wrong, "route \(route?.description ?? "auto"), \(grid), \(stencil), halo \(sides)")
      }
    }
  }
}
