import ArgumentParser
import Halo

/// Which axes close on themselves, written `1,1,0`.
struct PeriodicAxes: CustomStringConvertible {
  let axes: [Bool]

  /// All of them.
  init() { axes = [true, true, true] }

  init(parsing argument: String) throws {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ $0 == "0" || $0 == "1" }) else {
      throw ValidationError("give 1 or 0 for each of three axes, as in 1,1,0")
    }
    axes = parts.map { $0 == "1" }
  }

  var description: String { axes.map { $0 ? "1" : "0" }.joined(separator: ",") }
}

/// The stencil, by the widest part of the halo that it reads.
enum NamedStencil: String, EnumerableFlag {
  case faces, corners

  var stencil: Stencil {
    switch self {
    case .faces: .star
    case .corners: .box
    }
  }
}

/// A route that can be asked for, or the plan's own choice.
struct RouteChoice: CustomStringConvertible {
  /// `nil` for the plan's choice.
  let route: HaloRoute?

  static let automatic = RouteChoice(route: nil)

  /// All routes that lead to another rank, whatever memory fields lie in.
  static let routes = HaloRoute.allCases.filter { $0 != .local }.map { RouteChoice(route: $0) }

  /// The names of some routes and of the plan's own choice, with commas between.
  static func names(_ routes: [RouteChoice] = routes) -> String {
    ([automatic] + routes).map(\.description).joined(separator: ", ")
  }

  private init(route: HaloRoute?) { self.route = route }

  init(parsing argument: String) throws {
    guard argument != HaloRoute.local.description else {
      throw ValidationError("it leads to no other rank; give one of \(Self.names())")
    }
    guard let choice = ([Self.automatic] + Self.routes).first(where: { $0.description == argument }) else {
      throw ValidationError("give one of \(Self.names())")
    }
    self = choice
  }

  var description: String { route?.description ?? "auto" }

  /// Whether it leads between fields on a device; the plan's choice does wherever they lie.
  var isForDevices: Bool { route?.isForDevices ?? false }

  /// What is done with values on this way.
  var summary: String {
    switch route {
    case nil: "what the plan has chosen for each peer"
    case .window: "copied once, by the receiver, out of the sender's array"
    case .windowPacked: "packed into shared memory, unpacked from there"
    case .packed: "packed, sent by MPI, unpacked"
    case .datatype: "sent by MPI, which packs and unpacks"
    case .local: "copied within the rank"
    case .oneShot: "packed into pinned memory, sent by MPI, unpacked from there"
    case .staged: "packed on the device, copied, sent by MPI, copied, unpacked"
    case .direct: "packed on the device, sent from there by MPI, unpacked"
    case .peer: "packed on the device, unpacked by the receiver from there"
    }
  }
}
