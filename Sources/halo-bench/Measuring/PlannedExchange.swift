import Halo

/// A plan that exchanges fields by some route.
final class PlannedExchange<Cell: ArrayElement & FixedWidthInteger & UnsignedInteger> {
  let route: RouteChoice
  private let fields: ExchangeFields<Cell>
  private var plan: HaloPlan<3>

  /// Builds the plan; collective.
  init(of fields: ExchangeFields<Cell>, route: RouteChoice, timer: Halo.Timer? = nil) throws {
    plan = try HaloPlan(
      for: fields.shared, on: fields.grid, stencil: fields.setup.stencil, route: route.route, timer: timer)
    self.fields = fields
    self.route = route
  }

  /// What is exchanged with each peer, and how.
  var peers: [HaloPeer] { plan.peers }

  /// Exchanges once; collective.
  func update() throws { try plan.exchange(&fields.shared) }

  /// Compares every cell after an update with what it must hold; collective.
  func check() throws { try fields.check("route \(route)") { try update() } }

  /// Whether the route leads from any rank to another; collective.
  func leadsAnywhere() throws -> Bool {
    let world = fields.world
    let isTaken = plan.peers.contains { $0.rank != world.rank && $0.route == route.route }
    return try world.allReduce(isTaken ? 1 : 0, .max) == 1
  }
}
