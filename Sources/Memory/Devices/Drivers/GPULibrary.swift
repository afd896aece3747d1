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
    // HIP calls it an invalid device.
    if result == GPU_ERROR_NO_DEVICE || result == GPU_ERROR_INVALID_DEVICE {
      throw DeviceError(device: interface.description, reason: .noDevice)
    }
    unsafe try check(result, "cuInit", "hipInit", by: driver, of: interface, on: interface.description)
    opened.withLock { $0[interface] = UInt(bitPattern: driver) }
    return unsafe driver
  }

  static func deviceCount(of interface: DeviceInterface) throws(DeviceError) -> Int {
    let driver = unsafe try driver(of: interface)
    var count: Int32 = 0
    let result = unsafe driver.pointee.deviceGetCount(&count)
    guard result != GPU_ERROR_NO_DEVICE else { return 0 }
    unsafe try check(
      result, "cuDeviceGetCount", "hipGetDeviceCount", by: driver, of: interface, on: interface.description)
    return Int(count)
  }

  /// Throws what a call on `device` reports, under the name that the call has with this interface.
  static func check(
    _ result: gpu_result, _ cuda: StaticString, _ hip: StaticString, by driver: UnsafePointer<gpu_driver>,
    of interface: DeviceInterface, on device: @autoclosure () -> String
  ) throws(DeviceError) {
    guard result != 0 else { return }
    let name = unsafe String(cString: gpu_error_name(driver, result))
    let text = unsafe String(cString: gpu_error_string(driver, result))
    throw DeviceError(
      device: device(),
      reason: .call(
        (interface == .cuda ? cuda : hip).description, code: Int(result), meaning: "\(name) (\(text))"))
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
