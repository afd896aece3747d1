import Halo
import MPITesting
import SeededRandom
import Testing

/// Plans over links that a user lists: irregular blocks, turned values, vectors.
@Suite(.serialized, .mpi) struct LinkedPlanMPITests {
  private var world: Communicator { MPITesting.world }

  /// A row of blocks of different heights, each beside the lower part of the next.
  @Test func blocksOfDifferentSizes() throws {
    let ranks = world.size
    let heights = (0..<ranks).map { 4 + ($0 * 5) % 7 }
    let links = (0..<ranks).map { rank -> [Link] in
      var links: [Link] = []
      if rank > 0 {
        let shared = min(heights[rank - 1], heights[rank])
        links.append(
          Link(
            "left", to: "right", ofRank: rank - 1, send: [0..<shared, 0..<2], receive: [0..<shared, -1..<0]))
      }
      if rank + 1 < ranks {
        let shared = min(heights[rank + 1], heights[rank])
        links.append(
          Link(
            "right", to: "left", ofRank: rank + 1, send: [0..<shared, 5..<6], receive: [0..<shared, 6..<8]))
      }
      return links
    }
    let oracle = LinkOracle(links: links)
    var u = try Field<Double, 2>(
      [heights[world.rank], 6], halo: [1, HaloSides(lower: 1, upper: 2)], repeating: .poison)
    var plan = try HaloPlan(for: u, links: links[world.rank], over: world)
    for _ in 0..<2 {
      oracle.prepare(&u, rank: world.rank, field: 0)
      try plan.exchange(&u)
      try expectNothingWrong(oracle.firstWrong(u, rank: world.rank, field: 0))
    }
    #expect(plan.offersPerUpdate == links[world.rank].count)
  }

  /// Every number of turns, between every two ranks and within each rank.
  @Test(arguments: 0..<4)
  func everyTurn(quarterTurns: Int) throws {
    let ranks = world.size
    let next = { (rank: Int) in (rank + 1) % ranks }
    let before = { (rank: Int) in (rank + ranks - 1) % ranks }
    // A band of 2 × 5 cells arrives as it is, or as 5 × 2 where the turns are odd.
    let isOdd = quarterTurns % 2 == 1
    let links = (0..<ranks).map { rank in
      [
        Link(
          "out", to: "in", ofRank: next(rank), send: [3..<5, 1..<6],
          receive: isOdd ? [-2..<0, 0..<5] : [0..<2, 6..<11], quarterTurns: quarterTurns),
        Link(
          "in", to: "out", ofRank: before(rank), send: isOdd ? [0..<5, 2..<4] : [2..<4, 0..<5],
          receive: isOdd ? [0..<5, -2..<0] : [5..<7, 0..<5], quarterTurns: -quarterTurns),
      ]
    }
    let oracle = LinkOracle(links: links, vector: (2, 3))
    let halo: HaloWidths = [2, HaloSides(lower: 2, upper: 5)]
    var a = try Field<Int64, 2>([5, 6], halo: halo, repeating: .poison)
    var b = try Field<Triple, 2>([5, 6], halo: halo, repeating: .poison)
    var wind = Wind(
      x: try Field([5, 6], halo: halo, repeating: .poison),
      y: try Field([5, 6], halo: halo, repeating: .poison))
    var plan = try HaloPlan<2>(
      for: a, b, wind, on: LinkedGrid(links[world.rank], axisCount: 2, over: world))
    for _ in 0..<2 {
      oracle.prepare(&a, rank: world.rank, field: 0)
      oracle.prepare(&b, rank: world.rank, field: 1)
      oracle.prepare(&wind.x, rank: world.rank, field: 2)
      oracle.prepare(&wind.y, rank: world.rank, field: 3)
      try plan.exchange(&a, &b, &wind)
      try expectNothingWrong(oracle.firstWrong(a, rank: world.rank, field: 0))
      try expectNothingWrong(oracle.firstWrong(b, rank: world.rank, field: 1))
      try expectNothingWrong(oracle.firstWrong(wind.x, rank: world.rank, field: 2))
      try expectNothingWrong(oracle.firstWrong(wind.y, rank: world.rank, field: 3))
    }
    #expect(plan.offersPerUpdate == (ranks == 1 ? 0 : ranks == 2 ? 1 : 2))
  }

  private struct Wind: ~Copyable, HaloState {
    var x, y: Field<Double, 2>
    func fields(_ list: inout FieldList) { list.addVector(x: x, y: y) }
  }

  /// Blocks, links, turns and dtypes from a seed that is printed.
  @Test func randomLinks() throws {
    var generator = SeededGenerator(state: try sharedSeed())
    for _ in MPITesting.rounds(30) {
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
    let random = RandomLinks(ranks: world.size, axes: Rank, allTurns: true, &generator)
    let oracle = LinkOracle(links: random.links)
    let (me, halo) = (world.rank, HaloWidths(random.halo))
    let extents = InlineArray<Rank, Int> { random.extents[me][$0] }
    var a = try Field<Double, Rank>(extents, halo: halo, repeating: .poison)
    var b = try Field<UInt8, Rank>(extents, halo: halo, repeating: .poison)
    var c = try Field<Triple, Rank>(extents, halo: halo, repeating: .poison)
    var plan = try HaloPlan<Rank>(
      for: a, b, c, on: LinkedGrid(random.links[me], axisCount: Rank, over: world))
    let peers = Set(random.links[me].map(\.peer)).subtracting([me])
    try expectOnAllRanks(plan.offersPerUpdate == peers.count)
    for _ in 0..<2 {
      oracle.prepare(&a, rank: me, field: 0)
      oracle.prepare(&b, rank: me, field: 1)
      oracle.prepare(&c, rank: me, field: 2)
      try plan.exchange(&a, &b, &c)
      try expectNothingWrong(oracle.firstWrong(a, rank: me, field: 0), "\(random.links)")
      try expectNothingWrong(oracle.firstWrong(b, rank: me, field: 1), "\(random.links)")
      try expectNothingWrong(oracle.firstWrong(c, rank: me, field: 2), "\(random.links)")
    }
  }

  /// A rank without a link takes part, and its halo stays as it was.
  @Test func ranksWithoutLinks() throws {
    let links = (0..<world.size).map { rank in
      rank == 0
        ? [
          Link("a", to: "b", ofRank: 0, send: [0..<1, 0..<3], receive: [3..<4, 0..<3]),
          Link("b", to: "a", ofRank: 0, send: [2..<3, 0..<3], receive: [-1..<0, 0..<3]),
        ] : []
    }
    let oracle = LinkOracle(links: links)
    var u = try Field<Float, 2>([3, 3], halo: 1, repeating: .poison)
    var plan = try HaloPlan(for: u, links: links[world.rank], over: world)
    oracle.prepare(&u, rank: world.rank, field: 0)
    try plan.exchange(&u)
    try expectNothingWrong(oracle.firstWrong(u, rank: world.rank, field: 0))
    #expect(plan.offersPerUpdate == 0)
  }

  /// Columns alone, without the rows of the plane that is turned: half a turn brings them back to front.
  @Test func halfTurnsOfFieldsWithOneAxis() throws {
    let (me, ranks) = (world.rank, world.size)
    let (next, before) = ((me + 1) % ranks, (me + ranks - 1) % ranks)
    let grid = try CartesianGrid(global: [2 * ranks, 6], processGrid: [ranks, 1], over: world)
    let links = [
      Link(
        "east", to: "west", ofRank: next, send: [0..<2, 4..<6], receive: [0..<2, 6..<8], quarterTurns: 2),
      Link(
        "west", to: "east", ofRank: before, send: [0..<2, 0..<2], receive: [0..<2, -2..<0], quarterTurns: 2),
    ]
    var u = try Field<Int, 1>(on: grid, axes: [.grid(1)], halo: 2)
    for column in 0..<6 { u[column] = 10 * me + column }
    var plan = try HaloPlan<2>(for: u, on: LinkedGrid(links, axisCount: 2, over: world))
    try plan.exchange(&u)
    let expected =
      [5, 4].map { 10 * before + $0 } + (0..<6).map { 10 * me + $0 } + [1, 0].map { 10 * next + $0 }
    try expectOnAllRanks((-2..<8).allSatisfy { u[$0] == expected[$0 + 2] })
  }

  /// Links that go one way, from a field to the next one's lower halo: beside the point that both have.
  @Test func oneWayLinksOfStaggeredFields() throws {
    let (me, ranks) = (world.rank, world.size)
    let (next, before) = ((me + 1) % ranks, (me + ranks - 1) % ranks)
    let grid = try CartesianGrid(global: [8 * ranks], processGrid: [ranks], over: world)
    let links = [
      Link([1], to: [-1], ofRank: next, send: [6..<8], receive: [0..<0]),
      Link([-1], to: [1], ofRank: before, send: [0..<0], receive: [-2..<0]),
    ]
    var u = try Field<Int, 1>(on: grid, axes: [.grid(0, staggered: true)], halo: 2, repeating: -1)
    for point in 0...8 { u[point] = 10 * me + point }
    var plan = try HaloPlan(for: u, links: links, over: world)
    try plan.exchange(&u)
    let expected = [6, 7].map { 10 * before + $0 } + (0...8).map { 10 * me + $0 } + [-1, -1]
    try expectOnAllRanks((-2..<11).allSatisfy { u[$0] == expected[$0 + 2] })
  }

  /// Blocks of different heights in a ring, none to three of them on a rank, each a list of its own fields.
  @Test func severalBlocksOfARank() throws {
    let (ranks, me) = (world.size, world.rank)
    let counts = (0..<ranks).map { $0 == 0 ? 3 : $0 % 4 == 3 ? 0 : 1 + $0 % 2 }
    let ring = counts.enumerated().flatMap { rank, count in (0..<count).map { (rank: rank, block: $0) } }
    let heights = ring.indices.map { 3 + $0 * 5 % 4 }
    var links: [[Link]] = counts.map { _ in [] }
    for (place, here) in ring.enumerated() {
      let (after, before) = ((place + 1) % ring.count, (place + ring.count - 1) % ring.count)
      for (name, back, other, send, receive) in [
        ("east", "west", after, 4..<5, 5..<6), ("west", "east", before, 0..<1, -1..<0),
      ] {
        let shared = 0..<min(heights[place], heights[other])
        links[here.rank].append(
          Link(
            LinkDirection(name), to: LinkDirection(back), ofRank: ring[other].rank, block: here.block,
            peerBlock: ring[other].block, send: [shared, send], receive: [shared, receive]))
      }
    }
    let oracle = LinkOracle(links: links)
    var blocks: [Block] = []
    for (place, here) in ring.enumerated() where here.rank == me {
      blocks.append(try Block(number: here.block, cells: [heights[place], 5]))
    }
    var plan = try HaloPlan<2>(for: blocks, links: links[me], over: world)
    let peers = Set(links[me].map(\.peer)).subtracting([me])
    try expectOnAllRanks(plan.offersPerUpdate == peers.count)
    for _ in 0..<2 {
      for block in blocks { block.prepare(oracle, me) }
      try plan.exchange(&blocks)
      try expectNothingWrong(blocks.lazy.compactMap { $0.firstWrong(oracle, me) }.first)
    }
    try plan.accumulate(&blocks, .max)
  }

  /// The fields of one block: one of its cells, and one with levels.
  private final class Block: HaloState {
    let number: Int
    var u: Field<Double, 2>
    var v: Field<Int16, 3>

    init(number: Int, cells: [Int]) throws {
      self.number = number
      u = try Field(cells: cells, block: number, halo: 1, repeating: .poison)
      v = try Field(
        cells: cells, block: number, axes: [.grid(0), .extra(2), .grid(1)], halo: [1, 0, 1],
        repeating: .poison)
    }

    func fields(_ list: inout FieldList) { list.add(u, v) }

    /// A layer of levels as cells have it.
    private func number(_ oracle: LinkOracle, _ rank: Int, _ point: [Int]) -> Int? {
      let cell = [point[0], point[2]]
      let isOwned = (0..<v.extents[0]).contains(cell[0]) && (0..<v.extents[2]).contains(cell[1])
      let number =
        isOwned
        ? oracle.number(rank: rank, block: number, field: 1, cell: cell)
        : oracle.number(rank: rank, block: number, field: 1, halo: cell)
      return number.map { ($0 + point[1] * 5) % 9001 }
    }

    func prepare(_ oracle: LinkOracle, _ rank: Int) {
      oracle.prepare(&u, rank: rank, block: number, field: 0)
      v.fill(v.allocated, with: .poison)
      forEachPoint(of: v.owned) { point, index in
        v[index] = number(oracle, rank, point).map(Int16.init(number:)) ?? .poison
      }
    }

    func firstWrong(_ oracle: LinkOracle, _ rank: Int) -> String? {
      var wrong = oracle.firstWrong(u, rank: rank, block: number, field: 0)
      forEachPoint(of: v.allocated) { point, index in
        let expected = number(oracle, rank, point).map(Int16.init(number:)) ?? .poison
        if v[index] != expected, wrong == nil {
          wrong = "block \(number), point \(point): expected \(expected), found \(v[index])"
        }
      }
      return wrong
    }
  }
}
