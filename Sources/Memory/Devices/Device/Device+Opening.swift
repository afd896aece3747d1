import Synchronization

extension Device {
  /// Opens a CUDA device.
  ///
  /// - Parameter index: Its number among those that the driver shows, from 0 on.
  /// - Throws: ``DeviceError``: no driver (which library was looked for), no device, no such number.
  public static func cuda(_ index: Int = 0) throws(DeviceError) -> Device { try open(.cuda, index) }

  /// Opens a HIP device.
  ///
  /// - Parameter index: Its number among those that the runtime shows, from 0 on.
  /// - Throws: ``DeviceError``: no runtime (which libraries were looked for), no device, no such number.
  public static func hip(_ index: Int = 0) throws(DeviceError) -> Device { try open(.hip, index) }

  /// Opens an OpenCL device.
  ///
  /// - Parameter index: Its number among those of all platforms, in the order of the driver, from 0 on.
  /// - Throws: ``DeviceError``: no driver (which library was looked for), no device, no such number.
  public static func opencl(_ index: Int = 0) throws(DeviceError) -> Device { try open(.opencl, index) }

  /// Opens a device.
  ///
  /// - Parameters:
  ///   - interface: The kind of driver.
  ///   - index: Its number among those of the interface, from 0 on.
  /// - Throws: ``DeviceError``: no driver, no device, no such number.
  /// - Complexity: O(1) but for the first time.
  public static func open(_ interface: DeviceInterface, _ index: Int = 0) throws(DeviceError) -> Device {
    try opened(Key(interface: interface, number: UInt(bitPattern: index))) { () throws(DeviceError) in
      let driver: any DeviceDriver =
        switch interface {
        case .cuda, .hip: try GPUDeviceDriver(interface, index: index)
        case .opencl: try OpenCLDeviceDriver(index: index)
        }
      return Device(interface, index: index, driver: driver)
    }
  }

  /// How many devices an interface has; 0 where its driver drives none.
  ///
  /// - Throws: ``DeviceError`` if there is no driver.
  public static func count(of interface: DeviceInterface) throws(DeviceError) -> Int {
    switch interface {
    case .cuda, .hip:
      do {
        return try GPULibrary.deviceCount(of: interface)
      } catch {
        if error.reason == .noDevice { return 0 }
        throw error
      }
    case .opencl: return try OpenCLLibrary.devices().count
    }
  }

  /// The device of a user's own OpenCL context.
  static func ofContext(_ context: DriverHandle, device: DriverHandle) throws(DeviceError) -> Device {
    try opened(Key(interface: .opencl, number: context.bits, device: device.bits)) { () throws(DeviceError) in
      let driver = try OpenCLDeviceDriver(device, context: context, label: "OpenCL device")
      return Device(.opencl, index: nil, driver: driver)
    }
  }

  private struct Key: Hashable {
    let interface: DeviceInterface
    let number: UInt
    var device: UInt = 0
  }

  private static let devices = Mutex<[Key: Device]>([:])

  private static func opened(
    _ key: Key, _ open: () throws(DeviceError) -> Device
  ) throws(DeviceError) -> Device {
    if let known = devices.withLock({ $0[key] }) { return known }
    let device = try open()
    return devices.withLock { devices in
      if let first = devices[key] { return first }
      devices[key] = device
      return device
    }
  }
}
