/// Where bytes lie, and who reaches them by their address.
public enum MemorySpace: Hashable, Sendable {
  /// Memory of the process that only its own loads and stores, and what they are told to, reach.
  case host

  /// Memory of the process that a device copies to and from by itself, which leaves the processor free meanwhile.
  case pinned(Device)

  /// A device's own memory: the processor must not touch it.
  case device(Device)

  /// Whether the processor, and an MPI that knows nothing of devices, may touch the bytes.
  public var isReachableByProcessor: Bool {
    if case .device = self { return false }
    return true
  }

  /// The device that copies the bytes by itself, if there is one.
  public var device: Device? {
    switch self {
    case .host: nil
    case .pinned(let device), .device(let device): device
    }
  }
}

extension MemorySpace: CustomStringConvertible {
  /// Whose memory it is, in a few words.
  public var description: String {
    switch self {
    case .host: "memory of the process"
    case .pinned(let device): "memory pinned for \(device)"
    case .device(let device): "memory of \(device)"
    }
  }
}
