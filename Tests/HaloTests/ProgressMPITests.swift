import Dispatch
import Halo
import MPITesting
import Testing

/// Messages that move on while a body runs: the halo is the same, whoever asks for it, when and how often.
@Suite(.serialized, .mpi) struct ProgressMPITests {
  private var world: Communicator { MPITesting.world }

  private struct Model: ~Copyable {
    let grid: CartesianGrid
    let oracles: [HaloOracle]
    var height: Field<Double, 2>
    var mask: Field<UInt8, 2>
    var speed: Field<Float, 2>
    var plan: HaloPlan<2>

    init(corners: CornerOrder = .direct) throws {
      let grid = try CartesianGrid(global: [37, 23], periodic: [true, false], over: MPITesting.world)
      let height = try Field<Double, 2>(on: grid, halo: 2, repeating: .poison)
      let mask = try Field<UInt8, 2>(on: grid, halo: [1, HaloSides(lower: 0, upper: 3)], repeating: .poison)
      let speed = try Field<Float, 2>(on: grid, halo: [HaloSides(lower: 3, upper: 1), 0], repeating: .poison)
      plan = try HaloPlan(for: height, mask, speed, on: grid, corners: corners)
      self.grid = grid
      self.height = height
      self.mask = mask
      self.speed = speed
      oracles = (0..<3).map {
        HaloOracle(extents: grid.extents, periodic: [true, false], stencil: .box, salt: $0)
      }
    }

    mutating func prepare() {
      oracles[0].prepare(&height)
      oracles[1].prepare(&mask)
      oracles[2].prepare(&speed)
    }

    func check() throws {
      try expectNothingWrong(
        oracles[0].firstWrong(height) ?? oracles[1].firstWrong(mask) ?? oracles[2].firstWrong(speed))
    }
  }

  /// Axis after axis, a call of `progress` may be what sends the messages of the next axis.
  @Test(arguments: [0, 1, 7, 3000], [CornerOrder.direct, .axisByAxis])
  func everyVerbFillsTheSameHalo(calls: Int, corners: CornerOrder) throws {
    var model = try Model(corners: corners)
    for _ in 0..<5 {
      model.prepare()
      var total = 0.0
      try model.plan.update(&model.height, &model.mask, &model.speed) { height, mask, speed, box in
        for i in box[0] {
          for _ in 0..<calls { mask.progress() }
          total += height[i, box.lower[1]]
        }
      }
      try model.check()
      model.prepare()
      try model.plan.exchange(&model.height, &model.mask, &model.speed) { height, _, speed in
        for _ in 0..<calls {
          height.progress()
          speed.progress()
          total += height[0, 0]
        }
      }
      try model.check()
      model.prepare()
      try model.plan.exchangeInPlace(&model.height, &model.mask, &model.speed) { height, mask, speed in
        for _ in 0..<calls {
          speed.progress()
          height.progress()
        }
      }
      try model.check()
      // In no exchange it does nothing.
      for _ in 0..<calls { model.height.progress() }
      try expectOnAllRanks(total.isFinite)
    }
  }

  @Test func aFlightCanBeAskedToMoveOn() throws {
    let grid = try CartesianGrid(global: [24, 10], periodic: [true, true], over: world)
    let oracle = HaloOracle(extents: grid.extents, periodic: [true, true], stencil: .box)
    var field = try Field<Int64, 2>(on: grid, halo: 2)
    var plan = try HaloPlan(for: field, on: grid)
    oracle.prepare(&field)
    let flight = try plan.start(&field)
    for _ in 0..<1000 { flight.progress() }
    try flight.wait()
    try expectNothingWrong(oracle.firstWrong(field))
  }

  /// On another thread than the one that has begun the exchange, MPI is left alone.
  @Test func otherThreadsDoNotDisturb() throws {
    var model = try Model()
    model.prepare()
    try model.plan.exchange(&model.height, &model.mask, &model.speed) { height, _, _ in
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        for _ in 0..<50_000 { height.progress() }
      }
    }
    try model.check()
  }

  /// Messages too large for MPI to buffer are received while the body runs, if it asks for them.
  @Test func whatArrivesInTheBodyIsNotWaitedFor() throws {
    guard world.size == 2 else { return }
    let grid = try CartesianGrid(
      global: [64, 512, 64], periodic: true, processGrid: [2, 1, 1], over: world)
    let timer = Timer()
    var field = try Field<Double, 3>(on: grid, halo: 2)
    var plan = try HaloPlan(for: field, on: grid, timer: timer)
    try plan.exchange(&field)
    timer.reset()
    try plan.exchange(&field) { field in
      let end = MPI.wallTime() + 0.1
      while MPI.wallTime() < end { field.progress() }
    }
    let report = try TimingReport(timer, over: world)
    let share = try #require(report.hiddenShare)
    try expectOnAllRanks(share > 0.5 && share <= 1, "\(report.table)")
    try expectOnAllRanks(report.rows.first { $0.name == "transfer" }?.hits.total == 2)
  }
}
