import Halo

/// How many checks there were, how many of them found something wrong, and which ways values went.
final class Tally {
  private let world: Communicator
  private var checks = 0
  private(set) var wrong = 0
  private var news: String?
  /// The routes to other ranks that plans have chosen themselves, and those that they were asked for.
  private var chosen: [HaloRoute: Int] = [:]
  private var taken: [HaloRoute: Int] = [:]

  init(over world: Communicator) { self.world = world }

  /// Counts a check, which is wrong if any rank has found something; collective.
  func count(_ found: String?, _ context: @autoclosure () -> String) throws {
    checks += 1
    if try world.allReduce(found == nil ? 0 : 1, .max) == 1 { wrong += 1 }
    if let found, news == nil { news = "\(context()): \(found)" }
  }

  /// Whether a plan that was asked for a route takes it from any rank to another; collective.
  ///
  /// If not, it goes as another plan does. `nil` asks for the plan's own choice.
  func takes<let Rank: Int>(_ route: HaloRoute?, _ plan: borrowing HaloPlan<Rank>) throws -> Bool {
    let routes = plan.peers.filter { $0.rank != world.rank }.map(\.route)
    guard let route else {
      for route in routes { chosen[route, default: 0] += 1 }
      return true
    }
    let count = routes.count { $0 == route }
    if count > 0 { taken[route, default: 0] += count }
    return try world.allReduce(count, .max) > 0
  }

  /// What this rank has first found since it was last asked.
  func takeNews() -> String? {
    defer { news = nil }
    return news
  }

  /// The routes that were taken, then the line that programs read.
  func printSummary() {
    print("routes that were asked for: \(Self.list(taken)); chosen by plans: \(Self.list(chosen))")
    print("\(checks) checks, \(wrong) wrong")
  }

  private static func list(_ counts: [HaloRoute: Int]) -> String {
    let routes = HaloRoute.allCases.compactMap { route in counts[route].map { "\(route) \($0)" } }
    return routes.isEmpty ? "none" : routes.joined(separator: ", ")
  }
}
