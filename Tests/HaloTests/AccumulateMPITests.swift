import Glibc
import Halo
import MPITesting
import SeededRandom
import Testing

/// Halo cells combined into their owners, against a search through the halos of all ranks.
@Suite(.serialized, .mpi) struct AccumulateMPITests {
  private var world: Communicator { MPITesting.world }

  // MARK: Cartesian grids

  private func check<Element: SignedNumeric & ArrayElement, let Rank: Int>(
    _ grid: CartesianGrid, halo: [HaloSides], stencil: Stencil, as element: Element.Type,
    rank: InlineArray<Rank, Int>
  ) throws {
    var a = try Field<Element, Rank>(on: grid, halo: HaloWidths(halo), repeating: .zero)
    var b = try Field<Int64, Rank>(on: grid, halo: HaloWidths(halo), repeating: 0)
    var plan = try HaloPlan(for: a, b, on: grid, stencil: stencil)
    let oracles = (0..<2).map { AccumulationOracle(rank: world.rank, field: $0) }
    for combination in Combination.allCases {
      oracles[0].fill(&a)
      oracles[1].fill(&b)
      try plan.accumulate(&a, &b, combination)
      let expected = oracles.map { $0.expected(on: grid, halo: halo, stencil: stencil, combination) }
      for wrong in [oracles[0].firstWrong(a, expected[0]), oracles[1].firstWrong(b, expected[1])] {
        try expectNothingWrong(wrong, "\(grid) \(halo) \(stencil) \(combination)")
      }
    }
  }

  @Test func randomGrids() throws {
    var generator = SeededGenerator(state: try sharedSeed())
    for _ in MPITesting.rounds(12) {
      switch Int.random(in: 1...3, using: &generator) {
      case 1: try checkRandom(rank: [0], &generator)
      case 2: try checkRandom(rank: [0, 0], &generator)
      default: try checkRandom(rank: [0, 0, 0], &generator)
      }
    }
  }

  private func checkRandom<let Rank: Int>(
    rank: InlineArray<Rank, Int>, _ generator: inout SeededGenerator
  ) throws {
    var processGrid = [Int](repeating: 1, count: Rank)
    processGrid[Int.random(in: 0..<Rank, using: &generator)] = world.size
    let halo = (0..<Rank).map { _ in
      HaloSides(
        lower: Int.random(in: 0...2, using: &generator), upper: Int.random(in: 0...2, using: &generator))
    }
    let extents = (0..<Rank).map { processGrid[$0] * 2 + Int.random(in: 0...3, using: &generator) }
    let grid = try CartesianGrid(
      global: extents, periodic: (0..<Rank).map { _ in Bool.random(using: &generator) },
      processGrid: processGrid, over: world)
    let stencil: Stencil = Bool.random(using: &generator) ? .box : .star
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: try check(grid, halo: halo, stencil: stencil, as: Double.self, rank: rank)
    case 1: try check(grid, halo: halo, stencil: stencil, as: Float.self, rank: rank)
    case 2: try check(grid, halo: halo, stencil: stencil, as: Int16.self, rank: rank)
    default: try check(grid, halo: halo, stencil: stencil, as: Float16.self, rank: rank)
    }
  }

  // MARK: Links

  private struct Wind<let Rank: Int>: ~Copyable, HaloState {
    var x, y: Field<Float, Rank>
    func fields(_ list: inout FieldList) { list.addVector(x: x, y: y) }
  }

  /// Turned values come back as they left, components with their sign.
  @Test func randomLinks() throws {
    var generator = SeededGenerator(state: try sharedSeed())
    for _ in MPITesting.rounds(10) {
      if Bool.random(using: &generator) {
        try checkRandomLinks(rank: [0, 0], &generator)
      } else {
        try checkRandomLinks(rank: [0, 0, 0], &generator)
      }
    }
  }

  private func checkRandomLinks<let Rank: Int>(
    rank: InlineArray<Rank, Int>, _ generator: inout SeededGenerator
  ) throws {
    let random = RandomLinks(ranks: world.size, axes: Rank, allTurns: true, &generator)
    let oracle = LinkOracle(links: random.links, vector: (1, 2))
    let (me, halo) = (world.rank, HaloWidths(random.halo))
    let extents = InlineArray<Rank, Int> { random.extents[me][$0] }
    var a = try Field<Int64, Rank>(extents, halo: halo, repeating: 0)
    var wind = Wind(
      x: try Field<Float, Rank>(extents, halo: halo, repeating: 0),
      y: try Field<Float, Rank>(extents, halo: halo, repeating: 0))
    let grid = LinkedGrid(random.links[me], axisCount: Rank, over: world)
    var plan = try HaloPlan<Rank>(for: a, wind, on: grid)
    let oracles = (0..<3).map { AccumulationOracle(rank: me, field: $0) }
    for combination in Combination.allCases {
      oracles[0].fill(&a)
      oracles[1].fill(&wind.x)
      oracles[2].fill(&wind.y)
      try plan.accumulate(&a, &wind, combination)
      var expected: [[[Int]: Int]] = [[:], [:], [:]]
      for (rank, links) in random.links.enumerated() {
        for cell in links.flatMap(\.receive.cells) {
          for field in 0..<3 {
            guard let source = oracle.source(rank: rank, block: 0, field: field, halo: cell),
              source.rank == me
            else { continue }
            let before = expected[source.field][source.cell] ?? oracles[source.field].value(source.cell)
            expected[source.field][source.cell] = AccumulationOracle.combine(
              combination, before, source.sign * AccumulationOracle(rank: rank, field: field).value(cell))
          }
        }
      }
      try expectNothingWrong(oracles[0].firstWrong(a, expected[0]), "\(combination)")
      try expectNothingWrong(oracles[1].firstWrong(wind.x, expected[1]), "\(combination)")
      try expectNothingWrong(oracles[2].firstWrong(wind.y, expected[2]), "\(combination)")
    }
  }

  // MARK: The adjoint

  private func product<Element: Numeric & ArrayElement>(
    _ one: borrowing Field<Element, 2>, _ other: borrowing Field<Element, 2>
  ) -> Element {
    var sum = Element.zero
    for i in one.allocated[0] { for j in one.allocated[1] { sum += one[i, j] * other[i, j] } }
    return sum
  }

  private func products<Element: Numeric & ReducibleElement>(
    as _: Element.Type, _ random: (inout SeededGenerator) -> Element
  ) throws -> (update: Element, accumulate: Element) {
    let grid = try CartesianGrid(global: [13, 17], periodic: [true, false], over: world)
    let halo: HaloWidths = [HaloSides(lower: 1, upper: 2), 2]
    var generator = SeededGenerator(state: UInt64(world.rank) + 11)
    var x = try Field<Element, 2>(on: grid, halo: halo, repeating: .zero)
    var y = try Field<Element, 2>(on: grid, halo: halo, repeating: .zero)
    var plan = try HaloPlan(for: x, on: grid)
    x.forEachMutableRow(in: x.owned) { _, row in for j in row.indices { row[j] = random(&generator) } }
    y.forEachMutableRow(in: y.allocated) { _, row in for j in row.indices { row[j] = random(&generator) } }
    try plan.exchange(&x)
    let left = try world.allReduce(product(x, y), .sum)
    // The halo of x is not read again on the other side.
    for i in x.allocated[0] {
      for j in x.allocated[1] where !x.owned.contains([i, j]) { x[i, j] = .zero }
    }
    try plan.accumulate(&y, .sum)
    return (left, try world.allReduce(product(x, y), .sum))
  }

  @Test func accumulationIsTheAdjointOfTheUpdate() throws {
    let exact = try products(as: Int.self) { Int.random(in: -99...99, using: &$0) }
    try expectOnAllRanks(exact.update == exact.accumulate && exact.update != 0, "\(exact)")
    let rounded = try products(as: Double.self) { Double.random(in: -1...1, using: &$0) }
    try expectOnAllRanks(abs(rounded.update - rounded.accumulate) < 1e-12 * 221, "\(rounded)")
  }

  /// The same to the last bit, whichever message comes first.
  @Test func sumsDoNotDependOnArrival() throws {
    let grid = try CartesianGrid(global: [12, 13], periodic: true, over: world)
    var generator = SeededGenerator(state: UInt64(world.rank))
    var u = try Field<Double, 2>(on: grid, halo: 2)
    var plan = try HaloPlan(for: u, on: grid)
    let numbers = (0..<u.allocated.count).map { _ in Double.random(in: -1...1, using: &generator) }
    var first: [UInt64]?
    for round in MPITesting.rounds(20) {
      var next = 0
      u.forEachMutableRow(in: u.allocated) { _, row in
        for x in row.indices {
          row[x] = numbers[next]
          next += 1
        }
      }
      if (world.rank + round) % 3 == 0 { usleep(UInt32.random(in: 0...2000, using: &generator)) }
      try plan.accumulate(&u, .sum)
      var bits: [UInt64] = []
      u.forEachRow(in: u.allocated) { _, row in for x in row.indices { bits.append(row[x].bitPattern) } }
      try expectOnAllRanks(first == nil || first == bits, "round \(round)")
      first = bits
    }
  }

  // MARK: Types without the combination

  private func refusal<Element: ArrayElement>(of value: Element, _ combination: Combination) throws -> String
  {
    let grid = try CartesianGrid(global: [4 * world.size], periodic: true, over: world)
    var u = try Field<Element, 1>(on: grid, halo: 1, repeating: value, name: "u")
    var plan = try HaloPlan(for: u, on: grid)
    do {
      try plan.accumulate(&u, combination)
      return ""
    } catch {
      // The plan stays usable.
      try plan.exchange(&u)
      return "\(error)"
    }
  }

  @Test func typesWithoutTheCombination() throws {
    let truth = try refusal(of: true, .sum)
    #expect(truth.contains("'u'") && truth.contains("a sum") && truth.contains("bool"), "\(truth)")
    let triple = try refusal(of: Triple(number: 1), .max)
    #expect(triple.contains("a max") && triple.contains("Triple"), "\(triple)")
    #expect(try refusal(of: UInt32(1), .min) == "")
  }
}
