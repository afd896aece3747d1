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
    // Ranks that are threads of one process ask for the same kernel at once: the others wait for the first.
    return try kernels.withLock { kernels throws(DeviceError) in
      if let known = kernels[key] { return known }
      let kernel = try driver.loadKernel(name, from: code)
      kernels[key] = kernel
      return kernel
    }
  }
}
