extension DeviceMemory {
  /// Memory of a device that holds anything.
  ///
  /// - Throws: ``DeviceError``: there is not so much; nothing is kept then.
  static func allocate(byteCount: Int, on device: Device) throws(DeviceError) -> DeviceMemory {
    let size = max(byteCount, 1)
    let memory = try device.driver.allocate(byteCount: size)
    return DeviceMemory(memory, byteCount: size, space: .device(device), of: device, owner: .driver)
  }

  /// Pinned memory that holds anything.
  ///
  /// - Throws: ``DeviceError``: the driver refuses to pin so much; nothing is kept then.
  static func allocatePinned(byteCount: Int, for device: Device) throws(DeviceError) -> DeviceMemory {
    let size = max(byteCount, 1)
    let memory = try device.driver.allocatePinned(byteCount: size)
    return DeviceMemory(memory, byteCount: size, space: .pinned(device), of: device, owner: .driver)
  }
}
