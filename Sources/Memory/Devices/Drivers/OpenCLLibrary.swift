internal import CAccelerators
import Synchronization

/// OpenCL's library, opened when it is first asked for, and the devices of all its platforms.
enum OpenCLLibrary {
  private static let opened = Mutex<UInt>(0)
  // PoCL lets a second thread see devices that the first is still setting up.
  private static let turn = Mutex(())
  // What the loader of OpenCL's drivers answers where it finds none.
  private static let noPlatform: opencl_result = -1001
  private static let noDeviceFound: opencl_result = -1

  @unsafe
  static func driver() throws(DeviceError) -> UnsafePointer<opencl_driver> {
    let known = opened.withLock { $0 }
    if let driver = unsafe UnsafePointer<opencl_driver>(bitPattern: known) { return unsafe driver }
    let driver = unsafe try openedLibrary("OpenCL") { unsafe opencl_driver_open(nil, $0, $1) }
    opened.withLock { $0 = UInt(bitPattern: driver) }
    return unsafe driver
  }

  static func check(_ result: opencl_result, _ call: String, on device: String = "OpenCL") throws(DeviceError)
  {
    guard result != 0 else { return }
    throw DeviceError(
      device: device,
      reason: .call(call, code: Int(result), meaning: unsafe String(cString: opencl_error_name(result))))
  }

  /// Every device of every platform, in the order in which the driver lists them.
  static func devices() throws(DeviceError) -> [DriverHandle] {
    try turn.withLock { _ throws(DeviceError) in try listedDevices() }
  }

  private static func listedDevices() throws(DeviceError) -> [DriverHandle] {
    let driver = unsafe try driver()
    var platformCount: UInt32 = 0
    let result = unsafe driver.pointee.clGetPlatformIDs(0, nil, &platformCount)
    if result == noPlatform || (result == 0 && platformCount == 0) { return [] }
    try check(result, "clGetPlatformIDs")
    var platforms = unsafe [opencl_platform?](repeating: nil, count: Int(platformCount))
    try check(unsafe driver.pointee.clGetPlatformIDs(platformCount, &platforms, nil), "clGetPlatformIDs")
    var handles: [DriverHandle] = []
    var failure: DeviceError?
    for number in unsafe platforms.indices {
      // A platform that fails must not hide the devices of the others.
      do throws(DeviceError) {
        unsafe handles += try devices(of: platforms[number], by: driver)
      } catch {
        failure = failure ?? error
      }
    }
    if handles.isEmpty, let failure { throw failure }
    return handles
  }

  private static func devices(
    of platform: opencl_platform?, by driver: UnsafePointer<opencl_driver>
  ) throws(DeviceError) -> [DriverHandle] {
    let every = OPENCL_DEVICE_TYPE_ALL
    var count: UInt32 = 0
    let found = unsafe driver.pointee.clGetDeviceIDs(platform, every, 0, nil, &count)
    if found == noDeviceFound { return [] }
    try check(found, "clGetDeviceIDs")
    var devices = unsafe [opencl_device?](repeating: nil, count: Int(count))
    try check(unsafe driver.pointee.clGetDeviceIDs(platform, every, count, &devices, nil), "clGetDeviceIDs")
    return unsafe devices.map { DriverHandle(bits: UInt(bitPattern: $0)) }
  }
}
