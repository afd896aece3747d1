import CubedSphereOracle
import Halo
import MPITesting
import Testing

/// Updates of a cubed sphere, with as many blocks a rank as there must be; every point of every field is compared.
@Suite(.serialized, .mpi) struct CubedSphereMPITests {
  /// Points a side, layout, halo.
  private static let cases: [(Int, [Int], [HaloSides])] = [
    (5, [1, 1], [3, 3]), (6, [2, 2], [3, 2]), (7, [2, 2], [2, HaloSides(lower: 1, upper: 3)]),
    (7, [3, 2], [HaloSides(lower: 0, upper: 2), 2]), (9, [1, 4], [1, 2]), (6, [3, 3], [2, 2]),
  ]

  private func grids(_ communicator: Communicator) throws -> [(CubedSphereGrid, [HaloSides])] {
    try Self.cases.filter { 6 * $0.1[0] * $0.1[1] % communicator.size == 0 }.map { points, layout, halo in
      (try CubedSphereGrid(pointsPerSide: points, layout: layout, over: communicator), halo)
    }
  }

  /// Scalars and vectors on all grids, in all staggerings, in one message a peer.
  @Test(arguments: [Stencil.box, .star]) func everyPointHoldsWhatTheTableSays(_ stencil: Stencil) throws {
    for (grid, halo) in try grids(MPITesting.world) {
      let blocks = try (0..<grid.blockCount).map { try SphereState(on: grid, block: $0, halo: halo) }
      var state = blocks
      var plan = try HaloPlan<2>(for: state, on: grid, stencil: stencil)
      let peers = try Set(
        grid.topology.links(of: grid.communicator.rank, halo: halo, stencil: stencil)
          .filter { !$0.send.contains(where: \.isEmpty) }.map(\.peer))
      let others = peers.subtracting([grid.communicator.rank]).count
      try expectOnAllRanks(plan.offersPerUpdate == others, "one message a peer on \(grid)")
      for salt in 0..<(stencil == .box ? 2 : 1) {
        let oracle = SphereOracle(pointsPerSide: grid.pointsPerSide, stencil: stencil, salt: salt)
        for block in blocks { block.prepare(oracle) }
        try plan.exchange(&state)
        try expectNothingWrong(blocks.lazy.compactMap { $0.firstWrong(oracle) }.first, "\(grid)")
      }
    }
  }

  /// Blocks of a rank may be listed in any order.
  @Test func blocksInAnotherOrder() throws {
    for (grid, halo) in try grids(MPITesting.world).prefix(2) {
      let blocks = try (0..<grid.blockCount).reversed()
        .map { try SphereState(on: grid, block: $0, halo: halo) }
      let oracle = SphereOracle(pointsPerSide: grid.pointsPerSide)
      for block in blocks { block.prepare(oracle) }
      var state = blocks
      var plan = try HaloPlan<2>(for: state, on: grid)
      try plan.exchange(&state)
      try expectNothingWrong(blocks.lazy.compactMap { $0.firstWrong(oracle) }.first, "\(grid)")
    }
  }

  // MARK: - Shared points

  private final class Wind: HaloState {
    var x, y: Field<Double, 3>

    init(on grid: CubedSphereGrid, block: Int, of kind: (x: SphereOracle.Quantity, y: SphereOracle.Quantity))
      throws
    {
      x = try Field(on: grid, block: block, axes: kind.x.axes, halo: 1, repeating: .poison, name: "x")
      y = try Field(on: grid, block: block, axes: kind.y.axes, halo: 1, repeating: .poison, name: "y")
    }

    func fields(_ list: inout FieldList) { list.addVector(x: x, y: y) }
  }

  /// The last points of each block become those of the block above; nothing else changes.
  @Test(arguments: [0, 1]) func sharedPointsAreThoseOfTheBlockAbove(_ along: Int) throws {
    // On a C grid a component is staggered along its own axis, on a D grid along the other.
    func axes(_ axis: Int) -> [FieldAxis] {
      [.extra(2), .grid(0, staggered: axis == 0), .grid(1, staggered: axis == 1)]
    }
    let kind = (
      x: SphereOracle.Quantity(number: 0, partner: 1, kind: .x, axes: axes(1 - along)),
      y: SphereOracle.Quantity(number: 1, partner: 0, kind: .y, axes: axes(along))
    )
    for (grid, _) in try grids(MPITesting.world) {
      let oracle = SphereOracle(pointsPerSide: grid.pointsPerSide)
      let winds = try (0..<grid.blockCount).map { try Wind(on: grid, block: $0, of: kind) }
      // The value of a point tells whose it is.
      func value(_ quantity: Int, _ block: Int, _ point: [Int]) -> Double {
        Double(((quantity * 1000 + block) * 2 + point[0]) * 10_000 + point[1] * 100 + point[2] + 1)
      }
      func set(_ field: inout Field<Double, 3>, _ quantity: Int, _ block: Int) {
        for point in points(of: field.owned) {
          field[point] = value(quantity, grid.number(ofBlock: block), (0..<3).map { point[$0] })
        }
      }
      for (block, wind) in winds.enumerated() {
        set(&wind.x, 0, block)
        set(&wind.y, 1, block)
      }
      var state = winds
      var plan = try SharedPointPlan(for: state, on: grid)
      try plan.synchronize(&state)

      func firstWrong(
        _ field: borrowing Field<Double, 3>, _ quantity: SphereOracle.Quantity, _ block: Int
      ) -> String? {
        let owned = field.owned, axis = quantity.staggered[0] ? 0 : 1
        let (tile, cells) = (grid.tile(ofBlock: block), grid.owned(byBlock: block))
        for point in points(of: field.allocated) {
          let place = (0..<3).map { point[$0] }
          var expected = Double.poison
          if owned.contains(point), point[1 + axis] < cells[axis].count {
            expected = value(quantity.number, grid.number(ofBlock: block), place)
          } else if owned.contains(point) {
            // The cell behind it, on whichever tile, has the point as its first.
            let behind = CubedSphereOracle(pointsPerSide: oracle.pointsPerSide).source(
              tile: tile, row: place[1] + cells[0].lowerBound, column: place[2] + cells[1].lowerBound,
              staggered: [false, false])
            guard let behind else { return "a point without a cell behind it" }
            let source = quantity.source(turns: behind.turns)
            let theirs = (0..<grid.topology.blockCount).first {
              let cells = grid.topology.owned(byBlock: $0)
              return grid.topology.tile(ofBlock: $0) == behind.tile && cells[0].contains(behind.row)
                && cells[1].contains(behind.column)
            }
            guard let theirs else { return "a cell without a block" }
            let first = grid.topology.owned(byBlock: theirs).map(\.lowerBound)
            expected =
              Double(source.sign)
              * value(
                source.number, theirs, [place[0], behind.row - first[0], behind.column - first[1]])
          }
          if field[point] != expected {
            return "quantity \(quantity.number), point \(place) of block \(block) on tile \(tile): "
              + "expected \(expected), found \(field[point])"
          }
        }
        return nil
      }
      let wrong = winds.enumerated().lazy.compactMap { block, wind in
        firstWrong(wind.x, kind.x, block) ?? firstWrong(wind.y, kind.y, block)
      }
      try expectNothingWrong(wrong.first, "\(grid)")
    }
  }

  // MARK: - Boundaries

  /// What a boundary says of itself is what its other end says; its boxes are views of the field.
  @Test func boundariesOfABlock() throws {
    for (grid, _) in try grids(MPITesting.world) {
      for block in 0..<grid.blockCount {
        let field = try Field<Double, 2>(on: grid, block: block, halo: 1)
        let boundaries = try grid.boundaries(of: field)
        let received = boundaries.reduce(0) { $0 + field.strided($1.receive).layout.count }
        let rows = field.extents[0], columns = field.extents[1]
        let owned = grid.owned(byBlock: block), side = 0..<grid.pointsPerSide
        var corners = 0
        for row in [owned[0].lowerBound - 1, owned[0].upperBound] {
          for column in [owned[1].lowerBound - 1, owned[1].upperBound]
          where !side.contains(row) && !side.contains(column) { corners += 1 }
        }
        try #require(received == 2 * rows + 2 * columns + 4 - corners)
        #expect(boundaries.allSatisfy { $0.from == (grid.communicator.rank, block) })
        #expect(boundaries.map(\.direction) == boundaries.map(\.direction).sorted())
      }
    }
  }

  @Test func boundariesInWords() throws {
    let alone = try #require(try MPITesting.world.split(color: MPITesting.world.rank))
    let grid = try CubedSphereGrid(pointsPerSide: 4, over: alone)
    let field = try Field<Double, 2>(on: grid, halo: 1)
    #expect(
      try grid.boundaries(of: field).map { $0.description } == [
        "from rank 0 block 0 to rank 0 block 5 at [-1, 0], turned 0 × 90°: "
          + "sends [0..<1, 0..<4], receives [-1..<0, 0..<4]",
        "from rank 0 block 0 to rank 0 block 4 at [0, -1], turned 3 × 90°: "
          + "sends [0..<4, 0..<1], receives [0..<4, -1..<0]",
        "from rank 0 block 0 to rank 0 block 1 at [0, 1], turned 0 × 90°: "
          + "sends [0..<4, 3..<4], receives [0..<4, 4..<5]",
        "from rank 0 block 0 to rank 0 block 2 at [1, 0], turned 1 × 90°: "
          + "sends [3..<4, 0..<4], receives [4..<5, 0..<4]",
      ])
  }

  // MARK: - Bad input

  @Test func layoutsThatDoNotFit() throws {
    let world = MPITesting.world
    let found = thrownHaloError { _ = try CubedSphereGrid(pointsPerSide: 4, layout: [5, 1], over: world) }
    try expectOnAllRanks(found == .topology(.layoutDoesNotFit(layout: [5, 1], tile: [4, 4])))
    if world.size == 4 {
      let uneven = thrownHaloError { _ = try CubedSphereGrid(pointsPerSide: 4, layout: [1, 1], over: world) }
      try expectOnAllRanks(uneven == .topology(.unevenBlocks(blocks: 6, ranks: 4)))
    }
  }

  @Test func halosWiderThanBlocks() throws {
    guard 72 % MPITesting.world.size == 0 else { return }
    let grid = try CubedSphereGrid(pointsPerSide: 6, layout: [2, 6], over: MPITesting.world)
    // Rows are long enough, but columns of other tiles, which are not, take their place.
    let found = thrownHaloError { _ = try Field<Double, 2>(on: grid, halo: [2, 1]) }
    let last = grid.topology.owner(ofBlock: 11).rank
    try expectOnAllRanks(
      found == .topology(.haloWiderThanBlock(axis: 0, halo: 2, block: 1, rank: last)))
  }

  /// One that is staggered along rows alone has nothing to be filled from where rows meet columns.
  @Test func scalarsStaggeredAlongOneAxis() throws {
    let grid = try CubedSphereGrid(pointsPerSide: 12, over: MPITesting.world)
    let fields = try (0..<grid.blockCount).map {
      SharedField(
        try Field<Double, 2>(
          on: grid, block: $0, axes: [.grid(0, staggered: true), .grid(1)], halo: 1, name: "wind"))
    }
    let found = thrownHaloError { _ = try HaloPlan<2>(for: fields, on: grid) }
    guard case .fieldMismatch(let mismatch) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    try expectOnAllRanks(
      mismatch.field == "'wind'" && mismatch.property == "staggered axes" && mismatch.found == "along rows",
      "\(mismatch)")
  }

  @Test func layoutsThatDifferBetweenRanks() throws {
    let world = MPITesting.world
    guard world.size % 2 == 0, world.size <= 12 else { return }
    let grid = try CubedSphereGrid(
      pointsPerSide: 12, layout: world.rank == 1 ? [2, 4] : [4, 2], over: world)
    let fields = try (0..<grid.blockCount).map {
      SharedField(try Field<Double, 2>(on: grid, block: $0, halo: 1))
    }
    let found = thrownHaloError { _ = try HaloPlan<2>(for: fields, on: grid) }
    guard case .fieldMismatch(let mismatch) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    try expectOnAllRanks(
      mismatch.rank == 1 && mismatch.property == "layout" && mismatch.found == "[2, 4]")
  }
}
