import Halo

/// The updates of one plan, checked and timed phase by phase.
struct ExchangeBenchmark<Cell: ArrayElement & FixedWidthInteger & UnsignedInteger> {
  private let fields: ExchangeFields<Cell>
  private let timer = Halo.Timer(enabled: false)
  private let planned: PlannedExchange<Cell>

  /// Updates that warm up caches and connections.
  static var warmUp: Int { 20 }

  init(_ setup: ExchangeSetup, route: RouteChoice, over world: Communicator) throws {
    fields = try ExchangeFields(setup, over: world)
    planned = try PlannedExchange(of: fields, route: route, timer: timer)
  }

  /// Checks the update, then times it; collective.
  func figures() throws -> ExchangeFigures {
    try planned.check()
    for _ in 0..<Self.warmUp { try planned.update() }
    var samples = ExchangeSamples(onDevice: fields.setup.device != nil)
    for _ in 0..<fields.setup.repetitions {
      samples.add(update: try seconds())
      timer.enable()
      timer.reset()
      let seconds = try seconds()
      try timer.disable()
      samples.add(phases: timer.times, of: seconds)
    }
    try samples.takeSlowest(over: fields.world)
    return ExchangeFigures(
      fields.setup, samples, route: planned.route,
      start: try planned.starts(ofLast: 2 * fields.setup.repetitions),
      connections: try Connection.all(of: planned.peers, over: fields.world))
  }

  /// The seconds that one update takes on this rank, all ranks beginning together.
  private func seconds() throws -> Double {
    try fields.world.barrier()
    let start = nanoseconds()
    try planned.update()
    return Double(nanoseconds() - start) * 1e-9
  }
}
