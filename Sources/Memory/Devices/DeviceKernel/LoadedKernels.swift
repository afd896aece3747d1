import Synchronization

/// The kernels that a device has compiled, by their text.
final class LoadedKernels: Sendable {
  private struct Key: Hashable {
    let name: String
    let code: KernelCode
  }

  private let kernels = Mutex<[Key: DriverKernel]>([:])

  func kernel(
    _ name: String, _ code: KernelCode, by driver: any DeviceDriver
  ) throws(DeviceError) -> DriverKernel {
    let key = Key(name: name, code: code)
    if let known = kernels.withLock({ $0[key] }) { return known }
    let kernel = try driver.loadKernel(name, from: code)
    return kernels.withLock { kernels in
      let first = kernels[key] ?? kernel
      kernels[key] = first
      return first
    }
  }
}
