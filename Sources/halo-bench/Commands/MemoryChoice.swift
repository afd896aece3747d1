import ArgumentParser
import Halo

/// Whose memory is packed, as the command line names it.
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
}
