internal import CAccelerators
import Synchronization

/// The libraries of CUDA and HIP, each opened when it is first asked for.
enum GPULibrary {
  private static let opened = Mutex<[DeviceInterface: UInt]>([:])

  /// The calls of a library, ready to be used.
  @unsafe
  static func driver(of interface: DeviceInterface) throws(DeviceError) -> UnsafePointer<gpu_driver> {
    let known = opened.withLock { $0[interface] }
    if let known, let driver = unsafe UnsafePointer<gpu_driver>(bitPattern: known) { return unsafe driver }
    let driver = unsafe try openedLibrary(interface.description) {
      unsafe interface == .cuda ? gpu_driver_open_cuda(nil, $0, $1) : gpu_driver_open_hip(nil, $0, $1)
    }
    let result = unsafe driver.pointee.`init`(0)
    guard result == 0 else {
      // HIP calls it an invalid device.
      if result == GPU_ERROR_NO_DEVICE || result == GPU_ERROR_INVALID_DEVICE {
        throw DeviceError(device: interface.description, reason: .noDevice)
      }
      throw DeviceError(
        device: interface.description,
        reason: .call(
          interface == .cuda ? "cuInit" : "hipInit", code: Int(result),
          meaning: unsafe String(cString: gpu_error_name(driver, result))))
    }
    opened.withLock { $0[interface] = UInt(bitPattern: driver) }
    return unsafe driver
  }

  static func deviceCount(of interface: DeviceInterface) throws(DeviceError) -> Int {
    let driver = unsafe try driver(of: interface)
    var count: Int32 = 0
    let result = unsafe driver.pointee.deviceGetCount(&count)
    guard result != GPU_ERROR_NO_DEVICE else { return 0 }
    guard result == 0 else {
      throw DeviceError(
        device: interface.description,
        reason: .call(
          interface == .cuda ? "cuDeviceGetCount" : "hipGetDeviceCount", code: Int(result),
          meaning: unsafe String(cString: gpu_error_name(driver, result))))
    }
    return Int(count)
  }
}

/// What `open` opens, which is given a place for its reason not to, and that place's size.
@unsafe
func openedLibrary<Driver>(
  _ device: String, _ open: (UnsafeMutablePointer<CChar>, Int) -> UnsafePointer<Driver>?
) throws(DeviceError) -> UnsafePointer<Driver> {
  let size = 512
  let reason = UnsafeMutablePointer<CChar>.allocate(capacity: size)
  defer { unsafe reason.deallocate() }
  guard let driver = unsafe open(reason, size) else {
    throw DeviceError(device: device, reason: .noDriver(unsafe String(cString: reason)))
  }
  return unsafe driver
}
