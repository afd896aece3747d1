import Halo

/// Where the fields lie; the host's memory shows that the check itself is right.
enum TestedMemory: String, CaseIterable {
  case host, opencl, cuda, hip

  /// Its first device; `nil` for the processor's own memory.
  func opened() throws(DeviceError) -> Device? {
    switch self {
    case .host: nil
    case .opencl: try .opencl()
    case .cuda: try .cuda()
    case .hip: try .hip()
    }
  }

  /// The plan's own choice, and all routes between fields in this memory.
  var routes: [HaloRoute?] {
    [nil] + HaloRoute.allCases.filter { $0 != .local && $0.isForDevices == (self != .host) }
  }
}
