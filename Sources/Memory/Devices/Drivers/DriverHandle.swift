/// What a driver knows something of its own by: a pointer, an address, or nothing.
struct DriverHandle: Hashable, Sendable {
  let bits: UInt

  static let none = DriverHandle(bits: 0)
}

/// Memory that a driver gave: its own name for it, and the number that is its address here.
struct DriverMemory: Hashable, Sendable {
  let handle: DriverHandle
  /// The processor's address of pinned memory; for a device's, a number that no other memory of the process has.
  let address: UInt
}

/// Where a driver copies bytes from or to.
enum DriverPlace: Hashable, Sendable {
  case device(DriverHandle, offset: Int)
  case host(address: UInt)
}
