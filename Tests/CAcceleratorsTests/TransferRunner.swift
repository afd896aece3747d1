/// One way to run the kernel.
protocol TransferRunner {
  /// Copies a case's regions and returns what its memories hold then.
  ///
  /// With `byAddress`, the table holds addresses; otherwise the numbers of memories.
  func memories(after transfer: TransferCase, byAddress: Bool) throws -> [[UInt8]]
}

/// A call of a driver that failed.
struct DriverError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The table that `open` makes, which is given a place for its reason not to, and that place's size.
func opened<Driver>(
  _ open: (UnsafeMutablePointer<CChar>, Int) -> UnsafePointer<Driver>?
) throws -> UnsafePointer<Driver> {
  let size = 400
  let reason = UnsafeMutablePointer<CChar>.allocate(capacity: size)
  defer { unsafe reason.deallocate() }
  guard let driver = unsafe open(reason, size) else { throw DriverError(unsafe String(cString: reason)) }
  return unsafe driver
}
