import Halo
import HaloOracles
import SeededRandom

extension Bench {
  /// Halo cells of two fields combined into their owners, by every route.
  func runAccumulation(_ chance: inout Chance) throws {
    switch chance.number(in: 1...3) {
    case 1: try runAccumulation(rank: [0], &chance)
    case 2: try runAccumulation(rank: [0, 0], &chance)
    default: try runAccumulation(rank: [0, 0, 0], &chance)
    }
  }

  private func runAccumulation<let Rank: Int>(rank: InlineArray<Rank, Int>, _ chance: inout Chance) throws {
    let grid = try randomGrid(axes: Rank, widest: 2, &chance)
    switch chance.number(in: 0...2) {
    case 0: try runAccumulation(of: Double.self, on: grid, rank: rank, &chance)
    case 1: try runAccumulation(of: Float.self, on: grid, rank: rank, &chance)
    default: try runAccumulation(of: Int16.self, on: grid, rank: rank, &chance)
    }
  }

  private func runAccumulation<Element: SignedNumeric & ArrayElement, let Rank: Int>(
    of element: Element.Type, on grid: CartesianGrid, rank: InlineArray<Rank, Int>, _ chance: inout Chance
  ) throws {
    let sides = (0..<Rank).map { _ in randomSides(widest: 2, &chance) }
    let (halo, stencil) = (HaloWidths(sides), chance.one(of: Stencil.allCases))
    let order = chance.one(of: [Layout.Order.c, .fortran])
    let oracles = (0..<2).map { AccumulationOracle(rank: world.rank, field: $0) }
    var hostA = try Field<Element, Rank>(on: grid, halo: halo, repeating: .zero)
    var hostB = try Field<Int64, Rank>(on: grid, halo: halo, repeating: 0)
    var a = try Field<Element, Rank>(
      on: grid, halo: halo, repeating: .zero, order: order, allocator: allocator)
    var b = try Field<Int64, Rank>(on: grid, halo: halo, repeating: 0, allocator: allocator)
    let combination = chance.one(of: Combination.allCases)
    let expected = oracles.map { $0.expected(on: grid, halo: sides, stencil: stencil, combination) }
    for route in memory.routes {
      var plan = try HaloPlan(for: a, b, on: grid, stencil: stencil, route: route)
      guard try tally.takes(route, plan) else { continue }
      oracles[0].fill(&hostA)
      oracles[1].fill(&hostB)
      try a.assign(from: hostA)
      try b.assign(from: hostB)
      try plan.accumulate(&a, &b, combination)
      try hostA.assign(from: a)
      try hostB.assign(from: b)
      let wrong = oracles[0].firstWrong(hostA, expected[0]) ?? oracles[1].firstWrong(hostB, expected[1])
      try tally.count(
        wrong,
        "route \(route?.description ?? "auto"), \(combination) of \(Element.self), \(grid), \(stencil), halo \(sides)"
      )
    }
  }
}
