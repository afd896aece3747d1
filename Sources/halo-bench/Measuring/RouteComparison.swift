import Halo

/// One plan for each route over the same fields, all of them checked and timed in turn.
struct RouteComparison<Cell: ArrayElement & FixedWidthInteger & UnsignedInteger> {
  private let fields: ExchangeFields<Cell>
  private let plans: [PlannedExchange<Cell>]
  private let floor: any ExchangeFloor
  /// `nil` if no two ranks reach each other's memory.
  private let handshake: Handshake?

  /// Builds the plans; collective.
  ///
  /// A route is left out if it leads from no rank to another.
  init(_ setup: ExchangeSetup, routes: [RouteChoice], over world: Communicator) throws {
    fields = try ExchangeFields(setup, over: world)
    var plans = [try PlannedExchange(of: fields, route: .automatic)]
    for route in routes {
      let plan = try PlannedExchange(of: fields, route: route)
      if try plan.leadsAnywhere() { plans.append(plan) }
    }
    self.plans = plans
    floor =
      if let device = setup.device {
        try DeviceCopy(setup, rank: world.rank, on: device)
      } else {
        try BareCopy(of: fields)
      }
    let hasWindow = plans.contains { $0.route.route == .window }
    handshake = hasWindow ? try Handshake(setup, over: world) : nil
  }

  /// Checks all updates, then times them; collective.
  func figures() throws -> ComparisonFigures {
    for plan in plans { try plan.check() }
    try floor.check()
    let measurement = CollectiveMeasurement(rounds: fields.setup.repetitions, world: fields.world)
    let spreads = try measurement.run(contestants)
    let routes = try zip(plans, spreads).map { plan, spread in
      RouteFigures(
        route: plan.route, update: spread.scaled(by: 1e6),
        start: try plan.starts(ofLast: 2 * fields.setup.repetitions)?.scaled(by: 1e6),
        connections: try Connection.all(of: plan.peers, over: fields.world))
    }
    return ComparisonFigures(
      fields.setup, routes: routes, floor: spreads[plans.count].scaled(by: 1e6),
      handshake: handshake == nil
        ? nil : spreads[plans.count + 1].scaled(by: 1e9 / Double(Handshake.exchangesOfSample)))
  }

  /// The plans, then the bare copy, then the handshake if there is one.
  private var contestants: [Contestant] {
    var contestants = plans.map { plan in Contestant.repeating { try plan.update() } }
    contestants.append(.repeating { [floor] in try floor.run() })
    if let handshake {
      contestants.append(Contestant { try handshake.run($0 * Handshake.exchangesOfSample) })
    }
    return contestants
  }
}
