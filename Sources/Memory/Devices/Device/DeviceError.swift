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

    /// A kernel that could not be compiled for the device: its name, and the compiler's first line about an error.
    case kernel(String, problem: String)

    /// Code that was compiled, but has no kernel of that name.
    case noSuchKernel(String)

    /// Memory, a queue or a kernel's argument that is not what it must be.
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
    case .kernel(let name, let problem): "\(device): kernel '\(name)' was not compiled: \(problem)"
    case .noSuchKernel(let name):
      "\(device): there is no kernel '\(name)' in the code: C++ keeps the names of extern \"C\""
    case .mismatch(let what, let expected, let found):
      "\(device), \(what): expected \(expected), found \(found)"
    }
  }
}
