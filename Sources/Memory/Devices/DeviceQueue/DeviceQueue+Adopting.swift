extension DeviceQueue {
  /// A queue for a CUDA or HIP stream that the program made: what it is given comes after what the stream was given.
  ///
  ///     let queue = unsafe DeviceQueue.adopting(stream: stream, of: .cuda(0))
  ///
  /// - Parameters:
  ///   - stream: The `CUstream`, `cudaStream_t` or `hipStream_t`, which must outlive the queue; `nil` for the default
  ///     stream.
  ///   - device: The stream's device.
  /// - Throws: ``DeviceError`` if the device is OpenCL's, which has no streams.
  @unsafe
  public static func adopting(
    stream: UnsafeMutableRawPointer?, of device: Device
  ) throws(DeviceError) -> DeviceQueue {
    guard device.interface != .opencl else {
      throw DeviceError(
        device: device.description,
        reason: .mismatch("a queue", expected: "an OpenCL command queue", found: "a stream"))
    }
    return DeviceQueue(adopting: DriverHandle(bits: UInt(bitPattern: stream)), isOwned: false, on: device)
  }

  /// A queue for an OpenCL command queue that the program made, on a device of that queue's context.
  ///
  /// - Parameter commandQueue: The `cl_command_queue`; it is kept as long as this queue.
  /// - Throws: ``DeviceError`` if it does its work out of order, or the driver refuses it.
  @unsafe
  public static func adopting(
    commandQueue: UnsafeMutableRawPointer
  ) throws(DeviceError) -> DeviceQueue {
    let handle = DriverHandle(bits: UInt(bitPattern: commandQueue))
    let (context, deviceHandle, isInOrder) = try OpenCLDeviceDriver.describe(handle)
    let device = try Device.ofContext(context, device: deviceHandle)
    guard isInOrder, let driver = device.driver as? OpenCLDeviceDriver else {
      throw DeviceError(
        device: device.description,
        reason: .mismatch(
          "a command queue", expected: "one that does its work in order", found: "an out-of-order queue"))
    }
    try driver.retainQueue(handle)
    return DeviceQueue(adopting: handle, isOwned: true, on: device)
  }
}
