import Halo
import MPITesting
import SeededRandom
import Testing

/// Updates of fields that are staggered, have axes of their own, lack some of the grid's, and lie in memory in any
/// order, on however many ranks there are.
@Suite(.serialized, .mpi) struct FieldAxesMPITests {
  /// One field of a test: its axes, its halo and how it lies in memory.
  private struct Form {
    var axes: [FieldAxis]
    var halo: HaloWidths
    var order = Layout.Order.c
    var rowPadding = 0
  }

  private func field<Element: TestElement, let Rank: Int>(
    _ form: Form, on grid: CartesianGrid
  ) throws -> Field<Element, Rank> {
    try Field(
      on: grid, axes: form.axes, halo: form.halo, repeating: .poison, order: form.order,
      rowPadding: form.rowPadding)
  }

  /// Three updates of two fields in turn, on a grid of `GridRank` axes.
  private func check<Element: TestElement, let Rank: Int, let GridRank: Int>(
    _ form: Form, on grid: CartesianGrid, stencil: Stencil = .box, as: Element.Type,
    rank: InlineArray<Rank, Int>,
    gridRank: InlineArray<GridRank, Int>
  ) throws {
    var old: Field<Element, Rank> = try field(form, on: grid)
    var new: Field<Element, Rank> = try field(form, on: grid)
    var plan = try HaloPlan<GridRank>(for: old, on: grid, stencil: stencil)
    var oracle = FieldOracle(grid, axes: form.axes, stencil: stencil)
    for step in 0..<3 {
      oracle.salt = step
      oracle.prepare(&old)
      try plan.exchange(&old)
      try expectNothingWrong(oracle.firstWrong(old), "\(form) on \(grid), \(stencil), step \(step)")
      swap(&old, &new)
    }
  }

  private let sides: [[HaloSides]] = [
    [1, 1], [2, HaloSides(lower: 1, upper: 2)],
    [HaloSides(lower: 0, upper: 2), HaloSides(lower: 1, upper: 0)],
    [0, 3],
  ]

  @Test func staggeredFields() throws {
    for stencil in Stencil.allCases {
      for periodic in [[true, true], [true, false], [false, false]] {
        let grid = try CartesianGrid(global: [13, 18], periodic: periodic, over: MPITesting.world)
        for staggered in [[true, false], [false, true], [true, true]] {
          for widths in sides {
            let axes: [FieldAxis] = [.grid(0, staggered: staggered[0]), .grid(1, staggered: staggered[1])]
            try check(
              Form(axes: axes, halo: HaloWidths(widths)), on: grid, stencil: stencil, as: Double.self,
              rank: [0, 0],
              gridRank: [0, 0])
          }
        }
      }
    }
  }

  /// Every owned point but the shared ones travels both ways.
  @Test func staggeredHaloAsWideAsTheBlock() throws {
    let ranks = MPITesting.world.size
    for periodic in [true, false] {
      for cells in [1, 3] {
        let grid = try CartesianGrid(
          global: [cells * ranks, 4], periodic: periodic, processGrid: [ranks, 1], over: MPITesting.world)
        try check(
          Form(
            axes: [.grid(0, staggered: true), .grid(1)],
            halo: HaloWidths([HaloSides(lower: cells, upper: cells), 4])),
          on: grid, as: Int64.self, rank: [0, 0], gridRank: [0, 0])
      }
    }
  }

  @Test func extraAxes() throws {
    let grid = try CartesianGrid(global: [12, 13], periodic: [true, false], over: MPITesting.world)
    for axes: [FieldAxis] in [
      [.extra(3), .grid(0), .grid(1)], [.grid(0), .extra(3), .grid(1)], [.grid(0), .grid(1), .extra(3)],
      [.extra(1), .grid(1, staggered: true), .grid(0)],
    ] {
      for order in [Layout.Order.c, .fortran] {
        try check(
          Form(axes: axes, halo: 2, order: order), on: grid, as: Float.self, rank: [0, 0, 0],
          gridRank: [0, 0])
        // A halo on the extra axis stays as it was.
        try check(
          Form(axes: axes, halo: [1, 2, HaloSides(lower: 2, upper: 1)], order: order), on: grid,
          as: Float.self,
          rank: [0, 0, 0], gridRank: [0, 0])
      }
    }
    try check(
      Form(
        axes: [.extra(2), .grid(0, staggered: true), .extra(2), .grid(1), .extra(3)], halo: 1,
        order: .fortran,
        rowPadding: 3), on: grid, as: Int16.self, rank: [0, 0, 0, 0, 0], gridRank: [0, 0])
  }

  @Test func fieldsOfLowerRankThanTheGrid() throws {
    for periodic in [true, false] {
      let grid = try CartesianGrid(global: [8, 9, 10], periodic: periodic, over: MPITesting.world)
      for (first, second) in [(0, 1), (0, 2), (1, 2), (2, 0)] {
        try check(
          Form(axes: [.grid(first), .grid(second, staggered: true)], halo: [1, 2]), on: grid, as: Double.self,
          rank: [0, 0], gridRank: [0, 0, 0])
      }
      for axis in 0..<3 {
        try check(
          Form(axes: [.grid(axis)], halo: 2), on: grid, as: Double.self, rank: [0], gridRank: [0, 0, 0])
      }
      try check(Form(axes: [.extra(4)], halo: 1), on: grid, as: Double.self, rank: [0], gridRank: [0, 0, 0])
    }
  }

  @Test func ordersAndPadding() throws {
    let grid = try CartesianGrid(global: [9, 8, 11], periodic: [true, true, false], over: MPITesting.world)
    for order in [Layout.Order.c, .fortran] {
      for rowPadding in [0, 1, 5] {
        let form = Form(
          axes: [.grid(0), .grid(1), .grid(2)], halo: [1, 2, 1], order: order, rowPadding: rowPadding)
        try check(form, on: grid, as: Double.self, rank: [0, 0, 0], gridRank: [0, 0, 0])
        try check(form, on: grid, stencil: .star, as: Triple.self, rank: [0, 0, 0], gridRank: [0, 0, 0])
      }
    }
  }

  /// Fields of six shapes and dtypes, C, Fortran and padded, in one message a peer.
  @Test func manyShapesInOneMessage() throws {
    let world = MPITesting.world
    let grid = try CartesianGrid(global: [9, 8, 10], periodic: [true, true, false], over: world)
    let forms = [
      Form(axes: [.grid(0), .grid(1), .grid(2)], halo: 1),
      Form(
        axes: [.grid(0, staggered: true), .grid(1), .grid(2)], halo: [HaloSides(lower: 1, upper: 2), 0, 1]),
      Form(axes: [.grid(0), .grid(1), .grid(2, staggered: true)], halo: 1, order: .fortran),
      Form(axes: [.extra(3), .grid(0), .grid(1), .grid(2)], halo: [0, 2, 1, 1]),
      Form(axes: [.grid(1), .grid(0)], halo: 2, rowPadding: 3),
      Form(axes: [.grid(2)], halo: 1),
    ]
    func oracle(_ index: Int, _ salt: Int) -> FieldOracle {
      FieldOracle(grid, axes: forms[index].axes, salt: salt * 10 + index)
    }
    var a: Field<Double, 3> = try field(forms[0], on: grid)
    var b: Field<Float, 3> = try field(forms[1], on: grid)
    var c: Field<Int16, 3> = try field(forms[2], on: grid)
    var d: Field<Triple, 4> = try field(forms[3], on: grid)
    var e: Field<Int64, 2> = try field(forms[4], on: grid)
    var f: Field<UInt8, 1> = try field(forms[5], on: grid)
    var plan = try HaloPlan(for: a, b, c, d, e, f, on: grid)
    let peers = Set(
      try grid.topology.links(of: world.rank, halo: [2, 2, 1], stencil: .box).map(\.peer)
    ).subtracting([world.rank])
    try expectOnAllRanks(plan.offersPerUpdate == peers.count)
    for step in 0..<2 {
      oracle(0, step).prepare(&a)
      oracle(1, step).prepare(&b)
      oracle(2, step).prepare(&c)
      oracle(3, step).prepare(&d)
      oracle(4, step).prepare(&e)
      oracle(5, step).prepare(&f)
      try plan.exchange(&a, &b, &c, &d, &e, &f)
      try expectNothingWrong(oracle(0, step).firstWrong(a))
      try expectNothingWrong(oracle(1, step).firstWrong(b))
      try expectNothingWrong(oracle(2, step).firstWrong(c))
      try expectNothingWrong(oracle(3, step).firstWrong(d))
      try expectNothingWrong(oracle(4, step).firstWrong(e))
      try expectNothingWrong(oracle(5, step).firstWrong(f))
    }
  }

  /// Points that no message carries are written in flight; the halo is what the others sent all the same.
  @Test func quietPointsOfStaggeredFields() throws {
    let ranks = MPITesting.world.size
    let grid = try CartesianGrid(
      global: [6 * ranks, 7], periodic: true, processGrid: [ranks, 1], over: MPITesting.world)
    let form = Form(
      axes: [.grid(0, staggered: true), .extra(2), .grid(1)],
      halo: [HaloSides(lower: 1, upper: 2), HaloSides(lower: 0, upper: 1), HaloSides(lower: 0, upper: 1)])
    let oracle = FieldOracle(grid, axes: form.axes)
    var u: Field<Int64, 3> = try field(form, on: grid)
    var plan = try HaloPlan<2>(for: u, on: grid)
    oracle.prepare(&u)
    let reach = try plan.exchangeInPlace(&u) { u in
      let readable = u.view.reach
      #expect(readable == Box(lower: [0, 0, 0], upper: [7, 3, 7]))
      let reach = u.mutableView.reach
      u.forEachMutableRow(in: reach) { _, row in for x in row.indices { row[x] = ~row[x] } }
      return reach
    }
    // Points 1 and 2 are the lower neighbour's upper halo, point 5 the upper neighbour's lower halo.
    #expect(reach == Box(lower: [3, 0, 1], upper: [5, 3, 7]))
    u.forEachMutableRow(in: reach) { _, row in for x in row.indices { row[x] = ~row[x] } }
    try expectNothingWrong(oracle.firstWrong(u))
  }

  /// A kernel that is called for boxes of cells reaches every point of fields of all forms once.
  @Test func pointsOfTheBoxesOfAnUpdate() throws {
    let grid = try CartesianGrid(global: [12, 13], periodic: [true, false], over: MPITesting.world)
    var u: Field<Double, 2> = try field(Form(axes: [.grid(0), .grid(1)], halo: [2, 1]), on: grid)
    var faces: Field<Int64, 2> = try field(
      Form(axes: [.grid(0), .grid(1, staggered: true)], halo: 0, order: .fortran), on: grid)
    var column: Field<Int64, 3> = try field(
      Form(axes: [.extra(2), .grid(1), .grid(0, staggered: true)], halo: 0), on: grid)
    var plan = try HaloPlan(for: u, on: grid)
    faces.fill(faces.owned, with: 0)
    column.fill(column.owned, with: 0)
    try plan.update(&u) { _, cells in
      faces.forEachMutableRow(in: faces.points(of: cells)) { _, row in for x in row.indices { row[x] += 1 } }
      column.forEachMutableRow(in: column.points(of: cells)) { _, row in for x in row.indices { row[x] += 1 }
      }
    }
    var wrong: String?
    forEachPoint(of: faces.owned) { point, index in
      if faces[index] != 1 { wrong = "\(point): \(faces[index])" }
    }
    forEachPoint(of: column.owned) { point, index in
      if column[index] != 1 { wrong = "\(point): \(column[index])" }
    }
    try expectNothingWrong(wrong)
  }

  /// The same point has the same global index wherever it is held.
  @Test func ownedPointsAreFilledByTheirGlobalIndex() throws {
    for order in [Layout.Order.c, .fortran] {
      let grid = try CartesianGrid(global: [12, 13], periodic: [true, false], over: MPITesting.world)
      let form = Form(
        axes: [.grid(1, staggered: true), .extra(2), .grid(0, staggered: true)], halo: 1, order: order,
        rowPadding: 2)
      let oracle = FieldOracle(grid, axes: form.axes)
      var u: Field<Int64, 3> = try field(form, on: grid)
      u.fillOwned { global in Int64(oracle.number(at: (0..<3).map { global[$0] })) }
      let owned = u.owned
      try expectNothingWrong(
        oracle.firstWrong(u) { point in
          owned.contains([point[0], point[1], point[2]]) ? oracle.global(point).map(oracle.number(at:)) : nil
        })
    }
  }

  @Test func randomForms() throws {
    let world = MPITesting.world
    var generator = SeededGenerator(state: try sharedSeed())
    for _ in MPITesting.rounds(60) {
      switch Int.random(in: 1...3, using: &generator) {
      case 1: try checkRandom(gridRank: [0], &generator, world)
      case 2: try checkRandom(gridRank: [0, 0], &generator, world)
      default: try checkRandom(gridRank: [0, 0, 0], &generator, world)
      }
    }
  }

  private func checkRandom<let GridRank: Int>(
    gridRank: InlineArray<GridRank, Int>, _ generator: inout SeededGenerator, _ world: Communicator
  ) throws {
    let processGrid = randomProcessGrid(axes: GridRank, ranks: world.size, &generator)
    let grid = try CartesianGrid(
      global: processGrid.map {
        $0 * Int.random(in: 1...4, using: &generator) + Int.random(in: 0..<$0, using: &generator)
      },
      periodic: processGrid.map { _ in Bool.random(using: &generator) }, processGrid: processGrid, over: world
    )
    var axes: [FieldAxis] = []
    for axis in (0..<GridRank).shuffled(using: &generator)
    where axes.isEmpty || Int.random(in: 0..<5, using: &generator) > 0 {
      axes.append(.grid(axis, staggered: Bool.random(using: &generator)))
    }
    while axes.count < 4, Int.random(in: 0..<3, using: &generator) == 0 {
      axes.insert(
        .extra(Int.random(in: 1...3, using: &generator)),
        at: Int.random(in: 0...axes.count, using: &generator))
    }
    let sides = axes.map { axis in
      let widest = axis.gridAxis.map { grid.extents[$0] / processGrid[$0] } ?? 1
      return HaloSides(
        lower: Int.random(in: 0...min(widest, 3), using: &generator),
        upper: Int.random(in: 0...min(widest, 3), using: &generator))
    }
    let form = Form(
      axes: axes, halo: HaloWidths(sides), order: Bool.random(using: &generator) ? .c : .fortran,
      rowPadding: Int.random(in: 0...2, using: &generator))
    let stencil: Stencil = Bool.random(using: &generator) ? .box : .star
    switch axes.count {
    case 1: try check(form, on: grid, stencil: stencil, as: Double.self, rank: [0], gridRank: gridRank)
    case 2: try check(form, on: grid, stencil: stencil, as: Int16.self, rank: [0, 0], gridRank: gridRank)
    case 3: try check(form, on: grid, stencil: stencil, as: Float.self, rank: [0, 0, 0], gridRank: gridRank)
    default:
      try check(form, on: grid, stencil: stencil, as: Triple.self, rank: [0, 0, 0, 0], gridRank: gridRank)
    }
  }
}
