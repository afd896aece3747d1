import Strided
import Synchronization

/// The routes that this process has measured, so that a plan for boxes like those of an earlier one need not.
enum RouteMemory {
  /// All that a measurement depends on, as far as it is known here.
  private struct Key: Hashable {
    let rank: Int
    let size: Int
    let peer: Int
    let routes: [HaloRoute]
    let sends: [Layout]
    let receives: [Layout]
  }

  private static let known = Mutex<[Key: [PlannedRoutes.Figure]]>([:])
  private static let capacity = 1024

  /// What was found for messages like those of a program to and from a peer, on just these routes.
  static func figures(
    of program: any UpdateProgram, with peer: Int, among routes: [HaloRoute]
  ) -> [PlannedRoutes.Figure]? {
    let key = key(of: program, with: peer, among: routes)
    return known.withLock { $0[key] }
  }

  /// Remembers what was found.
  static func remember(_ figures: [PlannedRoutes.Figure], of program: any UpdateProgram, with peer: Int) {
    let key = key(of: program, with: peer, among: figures.map(\.route))
    known.withLock { known in
      if known.count >= capacity { known.removeAll() }
      known[key] = figures
    }
  }

  private static func key(
    of program: any UpdateProgram, with peer: Int, among routes: [HaloRoute]
  ) -> Key {
    let exchanges = program.lowered.exchanges.filter { $0.peer == peer }
    return Key(
      rank: program.communicator.rank, size: program.communicator.size, peer: peer, routes: routes,
      sends: exchanges.flatMap { $0.sends.map(\.layout) },
      receives: exchanges.flatMap { $0.receives.map(\.layout) })
  }
}
