import ArgumentParser
import Halo

/// Whose memory fields lie in, as the command line names it.
enum MemoryChoice: String, ExpressibleByArgument, CaseIterable {
  case host, opencl, cuda, hip

  /// Its first device; `nil` for the processor's own memory.
  func opened() throws -> Device? {
    switch self {
    case .host: nil
    case .opencl: try .opencl()
    case .cuda: try .cuda()
    case .hip: try .hip()
    }
  }

  /// All names, with commas between.
  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// The routes between fields in this memory that lead to another rank.
  var routes: [RouteChoice] { RouteChoice.routes.filter { $0.isForDevices == (self != .host) } }
}
