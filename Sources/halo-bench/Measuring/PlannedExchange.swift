import Halo

/// A plan that exchanges fields by some route.
final class PlannedExchange<Cell: ArrayElement & FixedWidthInteger & UnsignedInteger> {
  let route: RouteChoice
  private let fields: ExchangeFields<Cell>
  private var plan: HaloPlan<3>
  /// What an update on a device is awaited by.
  private let queue: DeviceQueue?
  /// The seconds that each update on a device took to be under way.
  private var starts: [Double] = []

  /// Builds the plan; collective.
  init(of fields: ExchangeFields<Cell>, route: RouteChoice, timer: Halo.Timer? = nil) throws {
    plan = try HaloPlan(
      for: fields.shared, on: fields.grid, stencil: fields.setup.stencil, route: route.route, timer: timer)
    queue = try fields.setup.device?.queue
    // Of the check and the warm-up too; none is to make room while it is timed.
    starts.reserveCapacity(4 * fields.setup.repetitions + 100)
    self.fields = fields
    self.route = route
  }

  /// What is exchanged with each peer, and how.
  var peers: [HaloPeer] { plan.peers }

  /// Exchanges once, until the halo is filled; collective.
  func update() throws {
    guard let queue else { return try plan.exchange(&fields.shared) }
    let begin = nanoseconds()
    var started = begin
    try plan.exchange(&fields.shared) { _ in started = nanoseconds() }
    try queue.wait()
    starts.append(Double(started - begin) * 1e-9)
  }

  /// The seconds that the last updates took to be under way, on the slowest rank of each; collective.
  ///
  /// `nil` in the processor's memory.
  func starts(ofLast count: Int) throws -> Spread? {
    guard queue != nil else { return nil }
    var slowest = Array(starts.suffix(count))
    try fields.world.takeSlowest(&slowest)
    return Spread(of: slowest)
  }

  /// Compares every cell after an update with what it must hold; collective.
  func check() throws { try fields.check("route \(route)") { try update() } }

  /// Whether the route leads from any rank to another; collective.
  func leadsAnywhere() throws -> Bool {
    let world = fields.world
    let isTaken = plan.peers.contains { $0.rank != world.rank && $0.route == route.route }
    return try world.allReduce(isTaken ? 1 : 0, .max) == 1
  }
}
