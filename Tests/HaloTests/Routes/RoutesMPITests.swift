import Halo
import MPITesting
import SeededRandom
import Testing

/// Every route leaves the same halo, to the last bit.
@Suite(.serialized, .mpi(upTo: 6)) struct RoutesMPITests {
  private var world: Communicator { MPITesting.world }

  /// Three fields of a grid of three axes: of its cells, staggered with an extra axis between, and of a struct.
  private struct Model: ~Copyable {
    let cells, faces: FieldOracle
    var u: Field<Double, 3>
    var v: Field<Float, 4>
    var w: Field<Triple, 3>

    init(on grid: CartesianGrid, halo: [HaloSides], stencil: Stencil, _ generator: inout SeededGenerator)
      throws
    {
      let faceAxes: [FieldAxis] = [
        .grid(0, staggered: .random(using: &generator)), .grid(1, staggered: true), .extra(2),
        .grid(2, staggered: .random(using: &generator)),
      ]
      let cellAxes: [FieldAxis] = [.grid(0), .grid(1), .grid(2)]
      let order: Layout.Order = Bool.random(using: &generator) ? .c : .fortran
      let padding = Int.random(in: 0...5, using: &generator)
      cells = FieldOracle(grid, axes: cellAxes, stencil: stencil, salt: 1)
      faces = FieldOracle(grid, axes: faceAxes, stencil: stencil, salt: 2)
      let u = try Field<Double, 3>(
        on: grid, halo: HaloWidths(halo), repeating: .poison, order: order, rowPadding: padding)
      let v = try Field<Float, 4>(
        on: grid, axes: faceAxes, halo: [halo[0], halo[1], 0, halo[2]], repeating: .poison,
        order: order == .c ? .fortran : .c)
      let w = try Field<Triple, 3>(on: grid, halo: HaloWidths(halo), repeating: .poison)
      self.u = u
      self.v = v
      self.w = w
    }

    mutating func prepare() {
      cells.prepare(&u)
      faces.prepare(&v)
      cells.prepare(&w)
    }

    func firstWrong() -> String? {
      cells.firstWrong(u) ?? faces.firstWrong(v) ?? cells.firstWrong(w)
    }

    mutating func fillAtRandom(_ seed: UInt64) {
      var generator = SeededGenerator(state: seed)
      u.fillAtRandom(&generator)
      v.fillAtRandom(&generator)
    }

    var bits: [UInt64] { u.bits + v.bits }
  }

  @Test func randomGridsHoldWhatTheOracleSays() throws {
    var generator = SeededGenerator(state: try sharedSeed())
    for _ in MPITesting.rounds(8) {
      let (grid, halo) = try randomGrid(over: world, &generator)
      let stencil: Stencil = Bool.random(using: &generator) ? .box : .star
      let corners: CornerOrder = Bool.random(using: &generator) ? .direct : .axisByAxis
      var model = try Model(on: grid, halo: halo, stencil: stencil, &generator)
      for route in HaloRoute.betweenRanks {
        var plan = try HaloPlan<3>(
          for: model.u, model.v, model.w, on: grid, stencil: stencil, corners: corners, route: route)
        for _ in 0..<2 {
          model.prepare()
          try plan.exchange(&model.u, &model.v, &model.w)
          try expectNothingWrong(model.firstWrong(), "\(route) \(grid) \(halo) \(stencil) \(corners)")
        }
      }
    }
  }

  /// Whole halos and narrower ones, with and without a body, and what goes the other way.
  @Test func verbsLeaveTheSameBits() throws {
    let seed = try sharedSeed()
    var generator = SeededGenerator(state: seed)
    for _ in MPITesting.rounds(6) {
      let (grid, halo) = try randomGrid(over: world, &generator)
      let corners: CornerOrder = Bool.random(using: &generator) ? .direct : .axisByAxis
      let widest = halo.map { max($0.lower, $0.upper) }.max() ?? 0
      let width = widest > 1 ? Int.random(in: 1...widest, using: &generator) : nil
      var model = try Model(on: grid, halo: halo, stencil: .box, &generator)
      var first: [[UInt64]] = []
      for route in HaloRoute.betweenRanks {
        var plan = try HaloPlan<3>(for: model.u, model.v, on: grid, corners: corners, route: route)
        var found: [[UInt64]] = []
        let own = seed &+ UInt64(world.rank)
        model.fillAtRandom(own)
        try plan.exchange(&model.u, &model.v)
        found.append(model.bits)
        for (salt, combination) in Combination.allCases.enumerated() {
          model.fillAtRandom(own &+ UInt64(100 * (salt + 1)))
          try plan.accumulate(&model.u, &model.v, combination)
          found.append(model.bits)
        }
        model.fillAtRandom(own &+ 1000)
        try plan.update(&model.u, &model.v) { u, _, _ in u.progress() }
        found.append(model.bits)
        model.fillAtRandom(own &+ 2000)
        try plan.exchange(&model.u, &model.v, width: width)
        found.append(model.bits)
        model.fillAtRandom(own &+ 3000)
        try plan.exchangeInPlace(&model.u, &model.v) { u, _ in u.progress() }
        found.append(model.bits)
        if first.isEmpty { first = found }
        let wrong = found.indices.first { found[$0] != first[$0] }
        try expectNothingWrong(
          wrong.map { "exchange \($0) by \(route) is not that by \(HaloRoute.betweenRanks[0])" },
          "\(grid) \(halo) \(corners) \(String(describing: width))")
      }
    }
  }

  // MARK: Turned values

  private struct Wind<let Rank: Int>: ~Copyable, HaloState {
    var x, y: Field<Float, Rank>
    func fields(_ list: inout FieldList) { list.addVector(x: x, y: y) }
  }

  @Test func randomLinks() throws {
    let memory = try Allocator.shared(onNodeOf: world)
    var generator = SeededGenerator(state: try sharedSeed())
    for _ in MPITesting.rounds(8) {
      let random = RandomLinks(ranks: world.size, axes: 2, allTurns: true, &generator)
      let oracle = LinkOracle(links: random.links, vector: (1, 2))
      let (me, halo) = (world.rank, HaloWidths(random.halo))
      let extents = InlineArray<2, Int> { random.extents[me][$0] }
      let grid = LinkedGrid(random.links[me], axisCount: 2, over: world)
      for route in HaloRoute.betweenRanks {
        var a = try Field<Int64, 2>(extents, halo: halo, repeating: .poison, allocator: memory)
        var wind = Wind(
          x: try Field<Float, 2>(extents, halo: halo, repeating: .poison, allocator: memory),
          y: try Field<Float, 2>(extents, halo: halo, repeating: .poison, allocator: memory))
        var plan = try HaloPlan<2>(for: a, wind, on: grid, route: route)
        for _ in 0..<2 {
          oracle.prepare(&a, rank: me, field: 0)
          oracle.prepare(&wind.x, rank: me, field: 1)
          oracle.prepare(&wind.y, rank: me, field: 2)
          try plan.exchange(&a, &wind)
          try expectNothingWrong(
            oracle.firstWrong(a, rank: me, field: 0) ?? oracle.firstWrong(wind.x, rank: me, field: 1)
              ?? oracle.firstWrong(wind.y, rank: me, field: 2), "\(route)")
        }
      }
    }
  }

  @Test func cubedSphere() throws {
    for (points, layout) in [(5, [1, 1]), (7, [2, 2])] where 6 * layout[0] * layout[1] % world.size == 0 {
      let grid = try CubedSphereGrid(pointsPerSide: points, layout: layout, over: world)
      let blocks = try (0..<grid.blockCount).map { try SphereState(on: grid, block: $0, halo: [2, 2]) }
      for (salt, route) in HaloRoute.betweenRanks.enumerated() {
        var state = blocks
        var plan = try HaloPlan<2>(for: state, on: grid, route: route)
        let oracle = SphereOracle(pointsPerSide: points, salt: salt)
        for block in blocks { block.prepare(oracle) }
        try plan.exchange(&state)
        try expectNothingWrong(blocks.lazy.compactMap { $0.firstWrong(oracle) }.first, "\(route) \(grid)")
      }
    }
  }

  /// One component of a vector takes turns with another field, the other does not, on every rank alike.
  @Test func componentsThatAreSwappedOneByOne() throws {
    let ranks = world.size
    func links(_ rank: Int) -> [Link] {
      [
        Link(
          "out", to: "in", ofRank: (rank + 1) % ranks, send: [3..<5, 1..<6], receive: [-2..<0, 0..<5],
          quarterTurns: 1),
        Link(
          "in", to: "out", ofRank: (rank + ranks - 1) % ranks, send: [0..<5, 2..<4],
          receive: [0..<5, -2..<0],
          quarterTurns: -1),
      ]
    }
    let oracle = LinkOracle(links: (0..<ranks).map(links), vector: (0, 1))
    let grid = LinkedGrid(links(world.rank), axisCount: 2, over: world)
    let memory = try Allocator.shared(onNodeOf: world)
    func field() throws -> Field<Float, 2> {
      try Field([5, 6], halo: 2, repeating: .poison, allocator: memory)
    }
    for route in HaloRoute.betweenRanks {
      var wind = Wind<2>(x: try field(), y: try field())
      var x = try field()
      var y = try field()
      var plan = try HaloPlan<2>(for: wind, on: grid, route: route)
      for step in 0..<6 {
        oracle.prepare(&wind.x, rank: world.rank, field: 0)
        oracle.prepare(&wind.y, rank: world.rank, field: 1)
        let failure = thrownHaloError { try plan.exchange(&wind) }
        try expectNothingWrong(failure?.description, "\(route), step \(step)")
        try expectNothingWrong(
          oracle.firstWrong(wind.x, rank: world.rank, field: 0)
            ?? oracle.firstWrong(wind.y, rank: world.rank, field: 1), "\(route), step \(step)")
        if step % 2 == 0 { swap(&x, &wind.x) } else { swap(&y, &wind.y) }
      }
    }
  }
}
