public import ArgumentParser
public import Halo

/// Where the fields of an example lie, as the command line names it.
public enum MemoryChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  case host, opencl, cuda, hip

  /// This rank's device; `nil` for the processor's memory.
  ///
  /// The ranks of a node are dealt its devices in turn, and share them where there are more ranks. All ranks of `world`
  /// call it together.
  public func device(over world: Communicator) throws -> Device? {
    let node = try world.splitBySharedMemory()
    guard let interface else { return nil }
    let count = try Device.count(of: interface)
    return try .open(interface, node.rank % max(count, 1))
  }

  private var interface: DeviceInterface? {
    switch self {
    case .host: nil
    case .opencl: .opencl
    case .cuda: .cuda
    case .hip: .hip
    }
  }
}
