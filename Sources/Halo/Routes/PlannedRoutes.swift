import Glibc
import MPI

/// Which way the messages to each peer go.
struct PlannedRoutes {
  /// How long the exchange with a peer took one way, in nanoseconds.
  struct Figure: Hashable {
    let route: HaloRoute
    let nanoseconds: Int
  }

  /// What every message is to take, as far as it can; `nil` if that is to be found out.
  let wish: HaloRoute?
  /// What messages take where nothing has been measured.
  let standard: HaloRoute
  /// The routes that were measured for each peer, in the order of ``HaloRoute``.
  private(set) var figures: [Int: [Figure]] = [:]

  /// - Parameter wish: What the caller asks for; `nil` for what the environment variable `HALO_ROUTE` says.
  /// - Throws: `HaloError.fieldMismatch` if there is no such route.
  init(_ wish: HaloRoute?, over communicator: Communicator) throws(HaloError) {
    self.wish = if let wish { wish } else { try Self.wishOfEnvironment(on: communicator.rank) }
    guard self.wish != .local else {
      throw Self.refusal(
        of: HaloRoute.local.rawValue, as: wish == nil ? Self.variable : "route", on: communicator.rank)
    }
    standard = Self.standard(over: communicator)
    isToBeMeasured = self.wish == nil && !communicator.isWithinProcess && !communicator.isSilent
  }

  /// Takes the fastest of some routes for a peer from now on.
  mutating func choose(among figures: [Figure], for peer: Int) { self.figures[peer] = figures }

  /// The way to a peer.
  func route(to peer: Int) -> HaloRoute {
    if let wish { return wish }
    return figures[peer]?.min { $0.nanoseconds < $1.nanoseconds }?.route ?? standard
  }

  /// Whether some message may go through memory, for which both ends prepare.
  var mayUseSharedMemory: Bool { wish.map(\.usesSharedMemory) ?? true }

  /// Whether ranks are to measure what is fastest: threads of one process need not.
  let isToBeMeasured: Bool

  private static func standard(over communicator: Communicator) -> HaloRoute {
    communicator.isSilent || communicator.delaysMessages ? .packed : .window
  }

  private static func wishOfEnvironment(on rank: Int) throws(HaloError) -> HaloRoute? {
    guard let text = unsafe getenv(variable) else { return nil }
    let name = unsafe String(cString: text)
    if name.isEmpty || name == automatic { return nil }
    guard let route = HaloRoute(rawValue: name) else { throw refusal(of: name, as: variable, on: rank) }
    return route
  }

  private static func refusal(of name: String, as property: String, on rank: Int) -> HaloError {
    let names = HaloRoute.allCases.filter { $0 != .local }.map(\.rawValue).joined(separator: ", ")
    return .fieldMismatch(
      FieldMismatch(
        rank: rank, peer: nil, field: "plan", property: property, expected: "\(automatic), \(names)",
        found: name, advice: "name one of these"))
  }

  private static let variable = "HALO_ROUTE"
  private static let automatic = "auto"
}
