import Halo
import MPITesting
import SeededRandom
import Testing

/// All neighbours at once or axis by axis, whole halos or only their nearest points: what is filled is the same.
@Suite(.serialized, .mpi) struct CornersMPITests {
  private var world: Communicator { MPITesting.world }

  /// Two fields of a grid of three axes: one of its cells, one staggered and with an extra axis between.
  private struct Model: ~Copyable {
    let cells, faces: FieldOracle
    var u: Field<Int64, 3>
    var v: Field<Float, 4>

    init(on grid: CartesianGrid, halo: [HaloSides], stencil: Stencil) throws {
      let axes: [FieldAxis] = [.grid(0), .grid(1, staggered: true), .extra(2), .grid(2, staggered: true)]
      cells = FieldOracle(grid, axes: [.grid(0), .grid(1), .grid(2)], stencil: stencil, salt: 1)
      faces = FieldOracle(grid, axes: axes, stencil: stencil, salt: 2)
      let u = try Field<Int64, 3>(on: grid, halo: HaloWidths(halo), repeating: .poison)
      let v = try Field<Float, 4>(
        on: grid, axes: axes, halo: [halo[0], halo[1], 0, halo[2]], repeating: .poison)
      self.u = u
      self.v = v
    }

    mutating func prepare() {
      cells.prepare(&u)
      faces.prepare(&v)
    }

    /// What is wrong where only so many points of each halo may have been filled.
    func firstWrong(_ width: Int = .max) -> String? {
      cells.firstWrong(u) { cells.number(of: $0, width: width) }
        ?? faces.firstWrong(v) { faces.number(of: $0, width: width) }
    }
  }

  @Test func randomGridsInBothOrders() throws {
    var generator = SeededGenerator(state: try sharedSeed())
    for _ in 0..<5 {
      let (grid, halo) = try randomGrid(over: world, &generator)
      for stencil in Stencil.allCases {
        for corners in [CornerOrder.direct, .axisByAxis] {
          var model = try Model(on: grid, halo: halo, stencil: stencil)
          var plan = try HaloPlan<3>(for: model.u, model.v, on: grid, stencil: stencil, corners: corners)
          try expectOnAllRanks(plan.corners == (stencil == .star ? .direct : corners))
          for _ in 0..<2 {
            model.prepare()
            try plan.exchange(&model.u, &model.v)
            try expectNothingWrong(model.firstWrong(), "\(grid) \(halo) \(stencil) \(corners)")
          }
          let widest = halo.map { max($0.lower, $0.upper) }.max() ?? 0
          for width in stride(from: 1, through: widest, by: 1) {
            model.prepare()
            try plan.exchange(&model.u, &model.v, width: width)
            try expectNothingWrong(
              model.firstWrong(width), "\(grid) \(halo) \(stencil) \(corners) width \(width)")
          }
        }
      }
    }
  }

  /// Corners carried along cost two messages an axis, however many fields there are; direct ones one a neighbour.
  @Test func messagesOfEachOrder() throws {
    let grid = try CartesianGrid(global: [12, 12, 12], periodic: true, over: world)
    let model = try Model(on: grid, halo: [1, 1, 1], stencil: .box)
    let direct = try HaloPlan<3>(for: model.u, model.v, on: grid)
    let byAxis = try HaloPlan<3>(for: model.u, model.v, on: grid, corners: .axisByAxis)
    let neighbours = Set(
      try grid.topology.links(of: world.rank, halo: [1, 1, 1], stencil: .box).map(\.peer))
    try expectOnAllRanks(direct.offersPerUpdate == neighbours.subtracting([world.rank]).count)
    let faces = grid.processGrid.map { min($0 - 1, 2) }.reduce(0, +)
    try expectOnAllRanks(byAxis.offersPerUpdate == faces)
    #expect(byAxis.description.contains("axis by axis in 3 phases"))
    #expect(direct.description.contains("all neighbours at once"))
  }

  /// Later axes go on while a body runs, and at its end.
  @Test func bodiesRunWhileAxesFollow() throws {
    let grid = try CartesianGrid(global: [12, 14, 13], periodic: [true, false, true], over: world)
    var model = try Model(on: grid, halo: [2, 1, 2], stencil: .box)
    var plan = try HaloPlan<3>(for: model.u, model.v, on: grid, corners: .axisByAxis)
    for step in 0..<6 {
      model.prepare()
      try plan.exchange(&model.u, &model.v) { u, _ in for _ in 0..<step * 50 { u.progress() } }
      try expectNothingWrong(model.firstWrong(), "step \(step)")
      model.prepare()
      var count = 0
      try plan.update(&model.u, &model.v) { _, _, box in count += box.count }
      try expectNothingWrong(model.firstWrong(), "step \(step)")
      try expectOnAllRanks(count == model.u.owned.count)
      model.prepare()
      try plan.exchangeInPlace(&model.u, &model.v, width: 1) { u, _ in u.progress() }
      try expectNothingWrong(model.firstWrong(1), "step \(step)")
    }
  }

  /// The faster order is the same on all ranks, whatever it is, and fields are left alone by the measurement.
  @Test func measuredOrder() throws {
    let grid = try CartesianGrid(global: [12, 12, 14], periodic: true, over: world)
    var model = try Model(on: grid, halo: [2, 1, 2], stencil: .box)
    model.prepare()
    var plan = try HaloPlan<3>(for: model.u, model.v, on: grid, corners: .measured)
    let owned = model.cells.owned
    try expectNothingWrong(
      model.cells.firstWrong(model.u) { point in
        zip(point, owned).allSatisfy { (0..<$1).contains($0) } ? model.cells.number(of: point) : nil
      })
    let all = try world.allGather(bytes: Array(plan.corners.rawValue.utf8))
    try expectOnAllRanks(Set(all).count == 1 && plan.corners != .measured)
    try plan.exchange(&model.u, &model.v)
    try expectNothingWrong(model.firstWrong())
  }

  private func refusal(_ body: () throws -> Void) throws -> String {
    var found = "no error"
    do { try body() } catch { found = "\(error)" }
    let all = try world.allGather(bytes: Array(found.utf8))
    try expectOnAllRanks(
      Set(all.map { String(decoding: $0, as: UTF8.self).drop { $0 != "," } }).count == 1,
      "\(all.map { String(decoding: $0, as: UTF8.self) })")
    return found
  }

  @Test(arguments: [CornerOrder.axisByAxis, .measured])
  func gridsThatAreNoBox(corners: CornerOrder) throws {
    let u = try Field<Double, 2>([4, 4], halo: 1, repeating: 0)
    let grid = LinkedGrid([], axisCount: 2, over: world)
    let found = try refusal { _ = try HaloPlan(for: u, on: grid, corners: corners) }
    #expect(
      found.contains("corners") && found.contains("direct") && found.contains(corners.rawValue), "\(found)")
  }

  @Test func ordersThatDiffer() throws {
    guard world.size > 1 else { return }
    let grid = try CartesianGrid(global: [12, 12], periodic: true, over: world)
    let u = try Field<Double, 2>(on: grid, halo: 1)
    let found = try refusal {
      _ = try HaloPlan(for: u, on: grid, corners: world.rank == 1 ? .axisByAxis : .direct)
    }
    #expect(found.contains("corners") && found.contains("axisByAxis"), "\(found)")
  }

  // MARK: Narrower halos

  /// The kernel's box is as wide as what it may read.
  @Test func updatesOfANarrowHalo() throws {
    let grid = try CartesianGrid(
      global: [8 * world.size, 9], periodic: true, processGrid: [world.size, 1], over: world)
    let oracle = HaloOracle(extents: grid.extents, periodic: [true, true], stencil: .box)
    var u = try Field<Int64, 2>(on: grid, halo: 3, repeating: .poison)
    var plan = try HaloPlan(for: u, on: grid)
    for (width, interior) in [
      (1, Box<2>(lower: [1, 1], upper: [7, 8])), (3, Box(lower: [3, 3], upper: [5, 6])),
    ] {
      oracle.prepare(&u)
      var boxes: [Box<2>] = []
      try plan.update(&u, width: width) { _, box in boxes.append(box) }
      try expectOnAllRanks(boxes.first == interior && boxes.reduce(0) { $0 + $1.count } == 72)
      try expectOnAllRanks(u[-width, -width] != .poison && (width == 3 || u[-width - 1, 0] == .poison))
    }
    let flight = try plan.start(&u, width: 2)
    try flight.wait()
    try plan.exchange(&u, width: 2) { _ in }
  }

  @Test func widthsThatNoHaloHas() throws {
    let grid = try CartesianGrid(global: [6 * world.size, 9], periodic: true, over: world)
    var u = try Field<Float, 2>(on: grid, halo: [1, HaloSides(lower: 0, upper: 2)], repeating: 0)
    var plan = try HaloPlan(for: u, on: grid)
    for width in [0, -1, 3] {
      let found = try refusal { try plan.exchange(&u, width: width) }
      #expect(found.contains("width: expected 1 to 2") && found.contains("found \(width)"), "\(found)")
    }
    try plan.exchange(&u, width: 2)
    var v = try Field<Double, 2>([4, 4], halo: 2, repeating: 0)
    let links = [
      Link("a", to: "a", ofRank: world.rank, send: [0..<2, 0..<4], receive: [4..<6, 0..<4])
    ]
    var linked = try HaloPlan(for: v, links: links, over: world)
    let found = try refusal { try linked.exchange(&v, width: 1) }
    #expect(found.contains("width") && found.contains("what the list says"), "\(found)")
    try linked.exchange(&v)
  }

  // MARK: Clones

  /// Three exchanges of a plan and its clones, and one on another grid, in flight at once.
  @Test func clonesInFlightAtOnce() throws {
    let grid = try CartesianGrid(global: [13, 12], periodic: [true, false], over: world)
    let other = try CartesianGrid(global: [9, 14], periodic: true, over: world)
    func oracle(_ salt: Int) -> HaloOracle {
      HaloOracle(extents: grid.extents, periodic: [true, false], stencil: .box, salt: salt)
    }
    let far = HaloOracle(extents: other.extents, periodic: [true, true], stencil: .box, salt: 9)
    var a = try Field<Double, 2>(on: grid, halo: 2, repeating: .poison)
    var b = try Field<Double, 2>(on: grid, halo: 2, repeating: .poison)
    var c = try Field<Double, 2>(on: grid, halo: 2, repeating: .poison)
    var d = try Field<Float, 2>(on: other, halo: 1, repeating: .poison)
    var first = try HaloPlan(for: a, on: grid, corners: .axisByAxis)
    var second = try first.clone()
    var third = try second.clone()
    var distant = try HaloPlan(for: d, on: other)
    try expectOnAllRanks(third.corners == .axisByAxis && third.offersPerUpdate == first.offersPerUpdate)
    for round in 0..<5 {
      oracle(round).prepare(&a)
      oracle(round + 10).prepare(&b)
      oracle(round + 20).prepare(&c)
      far.prepare(&d)
      try first.exchange(&a) { _ in
        // Not all ranks begin them in the same order.
        if (world.rank + round) % 2 == 0 {
          try second.exchange(&b) { _ in try third.exchange(&c) { _ in try distant.exchange(&d) } }
        } else {
          try second.exchange(&b) { _ in try distant.exchange(&d) { _ in try third.exchange(&c) } }
        }
      }
      try expectNothingWrong(
        oracle(round).firstWrong(a) ?? oracle(round + 10).firstWrong(b) ?? oracle(round + 20).firstWrong(c)
          ?? far.firstWrong(d), "round \(round)")
    }
    try third.accumulate(&a, .sum)
  }
}
