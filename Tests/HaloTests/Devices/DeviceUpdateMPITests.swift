import DeviceTesting
import Halo
import MPITesting
import SeededRandom
import Testing

/// Halo updates of fields on devices, by every route: every point compared with one from global coordinates, or with the
/// bits that the same exchange leaves in the process's memory.
@Suite(.serialized, .mpi(upTo: 2)) struct DeviceUpdateMPITests {
  private var world: Communicator { MPITesting.world }

  /// The routes that some device takes; where another one cannot, its messages go as they can.
  private static let routes: [HaloRoute] = [.staged, .oneShot, .direct, .peer]

  /// Three fields of a grid of three axes: of its cells, staggered with an extra axis between, and of a struct.
  private struct Model: ~Copyable {
    let cells, faces: FieldOracle
    var u: MirroredField<Double, 3>
    var v: MirroredField<Float, 4>
    var w: MirroredField<Triple, 3>

    init(
      on grid: CartesianGrid, halo: [HaloSides], stencil: Stencil, device: Device,
      _ generator: inout SeededGenerator
    ) throws {
      let faceAxes: [FieldAxis] = [
        .grid(0, staggered: .random(using: &generator)), .grid(1, staggered: true), .extra(2),
        .grid(2, staggered: .random(using: &generator)),
      ]
      let order: Layout.Order = Bool.random(using: &generator) ? .c : .fortran
      cells = FieldOracle(grid, axes: [.grid(0), .grid(1), .grid(2)], stencil: stencil, salt: 1)
      faces = FieldOracle(grid, axes: faceAxes, stencil: stencil, salt: 2)
      let u = try MirroredField<Double, 3>(on: grid, halo: HaloWidths(halo), order: order, on: device)
      let v = try MirroredField<Float, 4>(
        on: grid, axes: faceAxes, halo: [halo[0], halo[1], 0, halo[2]], order: order == .c ? .fortran : .c,
        on: device)
      let w = try MirroredField<Triple, 3>(on: grid, halo: HaloWidths(halo), on: device)
      self.u = u
      self.v = v
      self.w = w
    }

    mutating func prepare() throws {
      cells.prepare(&u.here)
      faces.prepare(&v.here)
      cells.prepare(&w.here)
      try send()
    }

    mutating func send() throws {
      try u.send()
      try v.send()
      try w.send()
    }

    mutating func firstWrong() throws -> String? {
      try fetch()
      return cells.firstWrong(u.here) ?? faces.firstWrong(v.here) ?? cells.firstWrong(w.here)
    }

    mutating func fetch() throws {
      try u.fetch()
      try v.fetch()
      try w.fetch()
    }

    mutating func fillAtRandom(_ seed: UInt64) throws {
      var generator = SeededGenerator(state: seed)
      u.here.fillAtRandom(&generator)
      v.here.fillAtRandom(&generator)
      try send()
    }

    /// What the device's fields hold.
    mutating func bits() throws -> [UInt64] {
      try fetch()
      return u.here.bits + v.here.bits
    }
  }

  @Test(arguments: TestDevice.all) func randomGridsHoldWhatTheOracleSays(on which: TestDevice) throws {
    let device = try which.device
    var generator = SeededGenerator(state: try sharedSeed())
    for _ in MPITesting.rounds(2) {
      let (grid, halo) = try randomGrid(over: world, &generator)
      let stencil: Stencil = Bool.random(using: &generator) ? .box : .star
      let corners: CornerOrder = Bool.random(using: &generator) ? .direct : .axisByAxis
      var model = try Model(on: grid, halo: halo, stencil: stencil, device: device, &generator)
      for route in Self.routes.map(Optional.init) + [nil] {
        var plan = try HaloPlan<3>(
          for: model.u.there, model.v.there, model.w.there, on: grid, stencil: stencil, corners: corners,
          route: route)
        for _ in 0..<2 {
          try model.prepare()
          try plan.exchange(&model.u.there, &model.v.there, &model.w.there)
          let route = route?.description ?? "auto"
          try expectNothingWrong(try model.firstWrong(), "\(route) \(grid) \(halo) \(stencil) \(corners)")
        }
      }
    }
  }

  /// Whole halos and narrower ones, with and without a body, and what goes the other way.
  @Test(arguments: TestDevice.all) func verbsLeaveTheBitsOfThoseInMemory(on which: TestDevice) throws {
    let device = try which.device
    let seed = try sharedSeed()
    var generator = SeededGenerator(state: seed)
    for _ in MPITesting.rounds(2) {
      let (grid, halo) = try randomGrid(over: world, &generator)
      let corners: CornerOrder = Bool.random(using: &generator) ? .direct : .axisByAxis
      let widest = halo.map { max($0.lower, $0.upper) }.max() ?? 0
      let width = widest > 1 ? Int.random(in: 1...widest, using: &generator) : nil
      var model = try Model(on: grid, halo: halo, stencil: .box, device: device, &generator)
      let own = seed &+ UInt64(world.rank)

      var here = try HaloPlan<3>(for: model.u.here, model.v.here, on: grid, corners: corners)
      var expected: [[UInt64]] = []
      func keep(_ model: borrowing Model) { expected.append(model.u.here.bits + model.v.here.bits) }
      try model.fillAtRandom(own)
      try here.exchange(&model.u.here, &model.v.here)
      keep(model)
      for (salt, combination) in Combination.allCases.enumerated() {
        try model.fillAtRandom(own &+ UInt64(100 * (salt + 1)))
        try here.accumulate(&model.u.here, &model.v.here, combination)
        keep(model)
      }
      try model.fillAtRandom(own &+ 2000)
      try here.exchange(&model.u.here, &model.v.here, width: width)
      keep(model)

      for route in Self.routes {
        var there = try HaloPlan<3>(
          for: model.u.there, model.v.there, on: grid, corners: corners, route: route)
        var found: [[UInt64]] = []
        try model.fillAtRandom(own)
        try there.exchange(&model.u.there, &model.v.there)
        found.append(try model.bits())
        for (salt, combination) in Combination.allCases.enumerated() {
          try model.fillAtRandom(own &+ UInt64(100 * (salt + 1)))
          try there.accumulate(&model.u.there, &model.v.there, combination)
          found.append(try model.bits())
        }
        try model.fillAtRandom(own &+ 2000)
        try there.exchange(&model.u.there, &model.v.there, width: width)
        found.append(try model.bits())
        let wrong = found.indices.first { found[$0] != expected[$0] }
        try expectNothingWrong(
          wrong.map { "exchange \($0) by \(route) is not that in memory" },
          "\(grid) \(halo) \(corners) \(String(describing: width))")

        try model.fillAtRandom(own)
        try there.update(&model.u.there, &model.v.there) { u, _, _ in u.progress() }
        let updated = try model.bits()
        try model.fillAtRandom(own)
        try there.exchangeInPlace(&model.u.there, &model.v.there) { u, _ in u.progress() }
        let exchanged = try model.bits()
        try expectNothingWrong(
          updated == expected[0] && exchanged == expected[0] ? nil : "with a body, by \(route)", "\(grid)")
      }
    }
  }

  /// Old and new fields take turns, as in a simulation.
  @Test(arguments: TestDevice.all) func fieldsThatTakeTurns(on which: TestDevice) throws {
    let device = try which.device
    let grid = try CartesianGrid(
      global: [3 * world.size + 1, 5], periodic: true, processGrid: [world.size, 1], over: world)
    for route in Self.routes {
      var old = try MirroredField<Double, 2>(on: grid, halo: [1, 2], on: device)
      var new = try MirroredField<Double, 2>(on: grid, halo: [1, 2], on: device)
      var plan = try HaloPlan(for: old.there, on: grid, route: route)
      for step in 0..<6 {
        let oracle = FieldOracle(grid, axes: [.grid(0), .grid(1)], salt: step)
        oracle.prepare(&old.here)
        try old.send()
        try plan.exchange(&old.there)
        try old.fetch()
        try expectNothingWrong(oracle.firstWrong(old.here), "\(route), step \(step)")
        swap(&old, &new)
      }
    }
  }

  // MARK: Turned values

  private struct Wind<Element: TestElement>: ~Copyable, HaloState {
    var x, y: MirroredField<Element, 2>
    func fields(_ list: inout FieldList) { list.addVector(x: x.there, y: y.there) }
  }

  @Test(arguments: TestDevice.all) func randomLinks(on which: TestDevice) throws {
    let device = try which.device
    var generator = SeededGenerator(state: try sharedSeed())
    try turn(Float.self, on: device, rounds: 2, &generator)
    try turn(Int16.self, on: device, rounds: 1, &generator)
    try turn(Int128.self, on: device, rounds: 1, &generator)
  }

  private func turn<Element: TestElement>(
    _: Element.Type, on device: Device, rounds: Int, _ generator: inout SeededGenerator
  ) throws {
    for _ in MPITesting.rounds(rounds) {
      let random = RandomLinks(ranks: world.size, axes: 2, allTurns: true, &generator)
      let oracle = LinkOracle(links: random.links, vector: (1, 2))
      let (me, halo) = (world.rank, HaloWidths(random.halo))
      let extents = InlineArray<2, Int> { random.extents[me][$0] }
      let grid = LinkedGrid(random.links[me], axisCount: 2, over: world)
      for route in Self.routes {
        var a = try MirroredField<Int64, 2>(extents, halo: halo, on: device)
        var wind = Wind(
          x: try MirroredField<Element, 2>(extents, halo: halo, on: device),
          y: try MirroredField<Element, 2>(extents, halo: halo, on: device))
        var plan = try HaloPlan<2>(for: a.there, wind, on: grid, route: route)
        for _ in 0..<2 {
          oracle.prepare(&a.here, rank: me, field: 0)
          oracle.prepare(&wind.x.here, rank: me, field: 1)
          oracle.prepare(&wind.y.here, rank: me, field: 2)
          try a.send()
          try wind.x.send()
          try wind.y.send()
          try plan.exchange(&a.there, &wind)
          try a.fetch()
          try wind.x.fetch()
          try wind.y.fetch()
          try expectNothingWrong(
            oracle.firstWrong(a.here, rank: me, field: 0)
              ?? oracle.firstWrong(wind.x.here, rank: me, field: 1)
              ?? oracle.firstWrong(wind.y.here, rank: me, field: 2), "\(route)")
        }
      }
    }
  }

  @Test(arguments: TestDevice.all) func cubedSphere(on which: TestDevice) throws {
    let device = try which.device
    // The smallest that can be dealt.
    let (points, layout) = world.size == 4 ? (7, [2, 2]) : (5, [1, 1])
    guard 6 * layout[0] * layout[1] % world.size == 0 else { return }
    let grid = try CubedSphereGrid(pointsPerSide: points, layout: layout, over: world)
    func blocks(_ allocator: Allocator?) throws -> [SphereState] {
      try (0..<grid.blockCount).map {
        try SphereState(on: grid, block: $0, halo: [2, 2], allocator: allocator)
      }
    }
    let here = try blocks(nil)
    var there = try blocks(.device(device))
    for (salt, route) in Self.routes.enumerated() {
      var plan = try HaloPlan<2>(for: there, on: grid, route: route)
      let oracle = SphereOracle(pointsPerSide: points, salt: salt)
      for (block, twin) in zip(here, there) {
        block.prepare(oracle)
        try twin.assign(from: block)
      }
      try plan.exchange(&there)
      for (block, twin) in zip(here, there) { try block.assign(from: twin) }
      try expectNothingWrong(here.lazy.compactMap { $0.firstWrong(oracle) }.first, "\(route) \(grid)")
    }
  }
}
