import Halo

/// The updates of one plan, checked and timed.
struct ExchangeBenchmark<Cell: ArrayElement & FixedWidthInteger & UnsignedInteger>: ~Copyable {
  private let setup: ExchangeSetup
  private let world: Communicator
  private let timer = Halo.Timer(enabled: false)
  private var fields: [SharedField<Cell, 3>]
  private var plan: HaloPlan<3>

  /// Updates that warm up caches and connections.
  private static var warmUp: Int { 20 }

  init(_ setup: ExchangeSetup, over world: Communicator) throws {
    let grid = try CartesianGrid(
      global: setup.global, periodic: setup.periodic, processGrid: Array(setup.processGrid), over: world)
    let fields = try (0..<setup.fields).map { _ in
      SharedField(try Field<Cell, 3>(on: grid, halo: HaloWidths(setup.halo)))
    }
    plan = try HaloPlan(for: fields, on: grid, stencil: setup.stencil, timer: timer)
    self.fields = fields
    self.setup = setup
    self.world = world
  }

  private mutating func update() throws { try plan.exchange(&fields) }
}

// MARK: - Whether it is right

extension ExchangeBenchmark {
  /// Updates once, and compares every cell of every field with what it must hold.
  mutating func check() throws {
    let oracle = ExchangeOracle<Cell>(setup, rank: world.rank)
    for (number, shared) in fields.enumerated() {
      shared.field.forEachMutableRow(in: shared.field.allocated) { cell, row in
        for x in row.indices { row[x] = oracle.start(field: number, cell[0], cell[1], cell[2] + x) }
      }
    }
    try update()
    for (number, shared) in fields.enumerated() {
      try shared.field.forEachRow(in: shared.field.allocated) { cell, row in
        for x in row.indices {
          let expected = oracle.value(field: number, cell[0], cell[1], cell[2] + x)
          guard row[x] == expected else {
            throw Failure(
              "field \(number), cell [\(cell[0]), \(cell[1]), \(cell[2] + x)]: expected \(expected), "
                + "found \(row[x]); nothing was measured")
          }
        }
      }
    }
    // A rank whose cells are wrong has ended the job by then.
    try world.barrier()
  }
}

// MARK: - What it takes

extension ExchangeBenchmark {
  /// Times the updates; collective.
  mutating func figures() throws -> ExchangeFigures {
    for _ in 0..<Self.warmUp { try update() }
    var samples = ExchangeSamples()
    for _ in 0..<setup.repetitions {
      samples.add(update: try seconds())
      timer.enable()
      timer.reset()
      let seconds = try seconds()
      try timer.disable()
      samples.add(phases: timer.times, of: seconds)
    }
    try samples.takeSlowest(over: world)
    return ExchangeFigures(setup, samples, connections: try Connection.all(of: plan.peers, over: world))
  }

  /// The seconds that one update takes on this rank, all ranks beginning together.
  private mutating func seconds() throws -> Double {
    try world.barrier()
    let start = nanoseconds()
    try update()
    return Double(nanoseconds() - start) * 1e-9
  }
}
