import Glibc
import MPI
import Memory

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

  /// - Parameters:
  ///   - wish: What the caller asks for; `nil` for what the environment variable `HALO_ROUTE` says, as far as it is
  ///     meant for such fields.
  ///   - communicator: The plan's.
  ///   - device: The device that the plan's fields lie on; `nil` for the process's memory.
  /// - Throws: `HaloError.fieldMismatch` if there is no such route, or an environment variable says what it cannot mean.
  init(_ wish: HaloRoute?, over communicator: Communicator, on device: Device?) throws(HaloError) {
    if device != nil { try DeviceAwareMPI.checkEnvironment(on: communicator.rank) }
    self.wish =
      if let wish { wish } else { try Self.wishOfEnvironment(on: communicator.rank, device: device) }
    if let wished = self.wish, !Self.choices(on: device).contains(wished) {
      throw Self.refusal(
        of: wished.rawValue, as: wish == nil ? Self.variable : "route", on: communicator.rank,
        among: Self.choices(on: device))
    }
    standard = Self.standard(over: communicator, on: device)
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

  /// Whether some message may go from device to device, for which both ends prepare.
  var mayUsePeers: Bool { wish.map { $0 == .peer } ?? true }

  /// Whether ranks are to measure what is fastest: threads of one process need not.
  let isToBeMeasured: Bool

  /// The routes that messages between such fields can be told to take.
  static func choices(on device: Device?) -> [HaloRoute] {
    HaloRoute.allCases.filter { $0 != .local && $0.isForDevices == (device != nil) }
  }

  private static func standard(over communicator: Communicator, on device: Device?) -> HaloRoute {
    let delays = communicator.isSilent || communicator.delaysMessages
    guard let device else { return delays ? .packed : .window }
    if !delays, communicator.isWithinProcess { return .peer }
    return device.kernelsReachPinnedMemory ? .oneShot : .staged
  }

  private static func wishOfEnvironment(on rank: Int, device: Device?) throws(HaloError) -> HaloRoute? {
    guard let text = unsafe getenv(variable) else { return nil }
    let name = unsafe String(cString: text)
    if name.isEmpty || name == automatic { return nil }
    guard let route = HaloRoute(rawValue: name), route != .local else {
      throw refusal(of: name, as: variable, on: rank, among: HaloRoute.allCases.filter { $0 != .local })
    }
    return choices(on: device).contains(route) ? route : nil
  }

  private static func refusal(
    of name: String, as property: String, on rank: Int, among routes: [HaloRoute]
  ) -> HaloError {
    let names = routes.map(\.rawValue).joined(separator: ", ")
    return .fieldMismatch(
      FieldMismatch(
        rank: rank, peer: nil, field: "plan", property: property, expected: "\(automatic), \(names)",
        found: name, advice: "name one of these"))
  }

  private static let variable = "HALO_ROUTE"
  private static let automatic = "auto"
}
