/// A transfer into or out of an allocator's memory that failed.
public struct TransferError: Error, Hashable, Sendable {
  /// The name of the allocator whose memory it is.
  public let allocator: String

  /// What went wrong, in the words of the memory's own system.
  public let problem: String

  /// What failed on the device, where it is a device's memory.
  public let deviceError: DeviceError?

  /// Makes the error of a transfer.
  public init(allocator: String, problem: String) {
    self.allocator = allocator
    self.problem = problem
    deviceError = nil
  }

  /// Makes the error of a device's transfer.
  public init(allocator: String, deviceError: DeviceError) {
    self.allocator = allocator
    self.deviceError = deviceError
    problem = deviceError.description
  }
}

extension TransferError: CustomStringConvertible {
  /// One line: whose memory, and what went wrong.
  public var description: String {
    "a transfer of memory of allocator \"\(allocator)\" failed: \(problem)"
  }
}
