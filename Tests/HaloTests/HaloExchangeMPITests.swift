import Halo
import MPITesting
import SeededRandom
import Testing

/// One update of one shape, on however many ranks there are.
private struct Case {
  var extents: [Int]
  var periodic: [Bool]
  var halo: HaloWidths
  var stencil = Stencil.box
  var processGrid: [Int]?
}

@Suite(.serialized, .mpi) struct HaloExchangeMPITests {
  private func check<Element: TestElement, let Rank: Int>(
    _ test: Case, as element: Element.Type, rank: InlineArray<Rank, Int>
  ) throws {
    let grid = try CartesianGrid(
      global: test.extents, periodic: test.periodic, processGrid: test.processGrid,
      over: MPITesting.world)
    var oracle = HaloOracle(extents: test.extents, periodic: test.periodic, stencil: test.stencil)
    var old = try Field<Element, Rank>(on: grid, halo: test.halo, repeating: .poison)
    var new = try Field<Element, Rank>(on: grid, halo: test.halo, repeating: .poison)
    var plan = try HaloPlan(for: old, on: grid, stencil: test.stencil)
    // Three updates over two fields: what the one before left in a buffer must not show.
    for step in 0..<3 {
      oracle.salt = step
      oracle.prepare(&old)
      try plan.exchange(&old)
      try expectNothingWrong(oracle.firstWrong(old), "\(test) step \(step)")
      swap(&old, &new)
    }
  }

  @Test func oneAxis() throws {
    for stencil in Stencil.allCases {
      for periodic in [true, false] {
        for halo: HaloWidths in [1, 2, [HaloSides(lower: 2, upper: 1)], [HaloSides(lower: 0, upper: 2)], 0] {
          try check(
            Case(extents: [53], periodic: [periodic], halo: halo, stencil: stencil), as: Double.self,
            rank: [0])
        }
      }
    }
  }

  @Test func twoAxes() throws {
    for stencil in Stencil.allCases {
      for periodic in [[true, true], [true, false], [false, true], [false, false]] {
        for halo: HaloWidths in [1, [2, 1], [HaloSides(lower: 1, upper: 2), HaloSides(lower: 2, upper: 0)]] {
          try check(
            Case(extents: [13, 17], periodic: periodic, halo: halo, stencil: stencil), as: Float.self,
            rank: [0, 0])
        }
      }
    }
  }

  @Test func threeAxes() throws {
    for stencil in Stencil.allCases {
      try check(
        Case(extents: [11, 14, 9], periodic: [true, true, true], halo: [1, 2, 1], stencil: stencil),
        as: Int64.self, rank: [0, 0, 0])
      try check(
        Case(
          extents: [11, 14, 9], periodic: [false, true, false],
          halo: [HaloSides(lower: 1, upper: 0), 1, HaloSides(lower: 1, upper: 2)], stencil: stencil),
        as: Int16.self, rank: [0, 0, 0])
    }
  }

  @Test func fourAxes() throws {
    for stencil in Stencil.allCases {
      try check(
        Case(
          extents: [5, 6, 7, 4], periodic: [true, false, true, true], halo: [1, 1, 0, 2],
          stencil: stencil),
        as: UInt8.self, rank: [0, 0, 0, 0])
    }
  }

  /// Every axis in turn takes all ranks: with two, the left and the right neighbour are one.
  @Test func allRanksOnOneAxis() throws {
    let ranks = MPITesting.world.size
    for axis in 0..<3 {
      var processGrid = [1, 1, 1]
      processGrid[axis] = ranks
      var extents = [7, 6, 8]
      extents[axis] = 2 * ranks + 1
      try check(
        Case(extents: extents, periodic: [true, true, true], halo: 2, processGrid: processGrid),
        as: Triple.self, rank: [0, 0, 0])
    }
  }

  /// As wide as the block is: every owned cell travels both ways.
  @Test func haloAsWideAsTheBlock() throws {
    let ranks = MPITesting.world.size
    try check(
      Case(extents: [3 * ranks, 4], periodic: [true, true], halo: [3, 4], processGrid: [ranks, 1]),
      as: Double.self, rank: [0, 0])
  }

  /// A halo towards no neighbour may be wider than the block, and stays as it was.
  @Test func wideHaloTowardsNobody() throws {
    try check(
      Case(
        extents: [3 * MPITesting.world.size, 2], periodic: [true, false], halo: [1, 5],
        processGrid: [MPITesting.world.size, 1]),
      as: Double.self, rank: [0, 0])
  }

  @Test func oneCellARank() throws {
    let ranks = MPITesting.world.size
    try check(
      Case(extents: [ranks, 1], periodic: [true, true], halo: 1, processGrid: [ranks, 1]),
      as: Double.self, rank: [0, 0])
  }

  /// Fields of different dtypes and halos in one message a peer.
  @Test func severalFieldsInOneMessage() throws {
    let world = MPITesting.world
    let extents = [13, 12, 10]
    let periodic = [true, false, true]
    let grid = try CartesianGrid(global: extents, periodic: periodic, over: world)
    func oracle(_ salt: Int) -> HaloOracle {
      HaloOracle(extents: extents, periodic: periodic, stencil: .box, salt: salt)
    }
    var a = try Field<Double, 3>(on: grid, halo: 1, repeating: .poison)
    var b = try Field<Int16, 3>(on: grid, halo: [2, 1, 0], repeating: .poison)
    var c = try Field<Triple, 3>(on: grid, halo: [0, 2, 1], repeating: .poison)
    var d: Field<Float, 3>? = try Field<Float, 3>(on: grid, halo: 1, repeating: .poison)
    var e: Field<Float, 3>?
    var plan = try HaloPlan(for: a, b, c, d, e, on: grid)

    let peers = Set(
      try grid.topology.links(of: world.rank, halo: [2, 2, 1], stencil: .box).map(\.peer)
    ).subtracting([world.rank])
    #expect(plan.offersPerUpdate == peers.count)

    for step in 0..<2 {
      oracle(step).prepare(&a)
      oracle(step + 10).prepare(&b)
      oracle(step + 20).prepare(&c)
      if var present = d.take() {
        oracle(step + 30).prepare(&present)
        d = consume present
      }
      try plan.exchange(&a, &b, &c, &d, &e)
      try expectNothingWrong(oracle(step).firstWrong(a))
      try expectNothingWrong(oracle(step + 10).firstWrong(b))
      try expectNothingWrong(oracle(step + 20).firstWrong(c))
      switch d {
      case .some(let present): try expectNothingWrong(oracle(step + 30).firstWrong(present))
      case .none: Issue.record("the field is gone")
      }
    }
  }

  /// Shapes, widths, periods, process grids, dtypes and verbs from a seed that is printed.
  @Test func randomShapes() throws {
    let world = MPITesting.world
    let seed = try sharedSeed()
    var generator = SeededGenerator(state: seed)
    for _ in MPITesting.rounds(60) {
      switch Int.random(in: 1...4, using: &generator) {
      case 1: try checkRandom(rank: [0], &generator, world)
      case 2: try checkRandom(rank: [0, 0], &generator, world)
      case 3: try checkRandom(rank: [0, 0, 0], &generator, world)
      default: try checkRandom(rank: [0, 0, 0, 0], &generator, world)
      }
    }
  }

  private func checkRandom<let Rank: Int>(
    rank: InlineArray<Rank, Int>, _ generator: inout SeededGenerator, _ world: Communicator
  ) throws {
    let processGrid = randomProcessGrid(axes: Rank, ranks: world.size, &generator)
    let halo = (0..<Rank).map { _ in
      HaloSides(
        lower: Int.random(in: 0...3, using: &generator), upper: Int.random(in: 0...3, using: &generator))
    }
    let limit = Rank > 2 ? 4 : 9
    let extents = (0..<Rank).map { axis in
      let block = max(1, halo[axis].lower, halo[axis].upper)
      return processGrid[axis] * block + Int.random(in: 0...limit, using: &generator)
    }
    let test = Case(
      extents: extents, periodic: (0..<Rank).map { _ in Bool.random(using: &generator) },
      halo: HaloWidths(halo), stencil: Bool.random(using: &generator) ? .box : .star,
      processGrid: processGrid)
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: try check(test, as: Double.self, rank: rank)
    case 1: try check(test, as: UInt8.self, rank: rank)
    case 2: try check(test, as: Triple.self, rank: rank)
    default: try check(test, as: Int16.self, rank: rank)
    }
  }
}
