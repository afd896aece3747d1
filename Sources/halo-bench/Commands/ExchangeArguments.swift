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

  /// All names, with commas between.
  static var names: String { (["auto"] + HaloRoute.allCases.map(\.description)).joined(separator: ", ") }

  private init(route: HaloRoute?) { self.route = route }

  init(parsing argument: String) throws {
    guard argument != "auto" else {
      self = .automatic
      return
    }
    guard let route = HaloRoute(rawValue: argument) else {
      throw ValidationError("give one of \(Self.names)")
    }
    self.route = route
  }

  var description: String { route?.description ?? "auto" }
}
