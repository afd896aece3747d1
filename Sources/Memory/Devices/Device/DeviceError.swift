/// Something of a device that failed, or is not there: the device, the call and the driver's code for it.
public struct DeviceError: Error, Hashable, Sendable {
  /// What failed.
  public enum Reason: Hashable, Sendable {
    /// There is no driver; which libraries were looked for, and what the linker said.
    case noDriver(String)

    /// There is a driver that drives nothing.
    case noDevice

    /// There are devices, but not so many.
    case noSuchDevice(index: Int, count: Int)

    /// A call of the driver that failed, or work on the device that failed since and was reported by it.
    case call(String, code: Int, meaning: String)

    /// The kernel that packs could not be compiled for the device; the compiler's first line.
    case kernel(String)

    /// Memory or a queue that is not what it must be.
    case mismatch(String, expected: String, found: String)
  }

  /// The device: interface, index and name.
  public let device: String

  /// What failed.
  public let reason: Reason

  /// Makes the error of a device.
  public init(device: String, reason: Reason) {
    self.device = device
    self.reason = reason
  }
}

extension DeviceError: CustomStringConvertible {
  /// One line: device, call and code.
  public var description: String {
    switch reason {
    case .noDriver(let looked): "\(device): \(looked)"
    case .noDevice: "\(device): the driver has no device: see whether one is visible to this process"
    case .noSuchDevice(let index, let count):
      "\(device): no device \(index): there \(count == 1 ? "is 1" : "are \(count)"), counted from 0"
    case .call(let call, let code, let meaning): "\(device): \(call) reported error \(code), \(meaning)"
    case .kernel(let problem): "\(device): the kernel for packing was not compiled: \(problem)"
    case .mismatch(let what, let expected, let found):
      "\(device), \(what): expected \(expected), found \(found)"
    }
  }
}
