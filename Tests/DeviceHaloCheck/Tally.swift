import Halo

/// How many checks there were, how many of them found something wrong, and which ways values went.
final class Tally {
  private let world: Communicator
  private var checks = 0
  private(set) var wrong = 0
  private var news: String?
  private var taken: [HaloRoute: Int] = [:]

  init(over world: Communicator) { self.world = world }

  /// Counts a check, which is wrong if any rank has found something; collective.
  func count(_ found: String?, _ context: @autoclosure () -> String) throws {
    checks += 1
    if try world.allReduce(found == nil ? 0 : 1, .max) == 1 { wrong += 1 }
    if let found, news == nil { news = "\(context()): \(found)" }
  }

  /// Counts the routes that a plan has taken to other ranks.
  func count<let Rank: Int>(routesOf plan: borrowing HaloPlan<Rank>) {
    for peer in plan.peers where peer.rank != world.rank { taken[peer.route, default: 0] += 1 }
  }

  /// What this rank has first found since it was last asked.
  func takeNews() -> String? {
    defer { news = nil }
    return news
  }

  /// The routes that were taken, then the line that programs read.
  func printSummary() {
    let routes = HaloRoute.allCases.compactMap { route in taken[route].map { "\(route) \($0)" } }
    print("routes to other ranks: \(routes.isEmpty ? "none" : routes.joined(separator: ", "))")
    print("\(checks) checks, \(wrong) wrong")
  }
}
