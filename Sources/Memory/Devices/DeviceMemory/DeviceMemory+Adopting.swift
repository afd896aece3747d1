// What the program does with its memory on queues of its own, this library cannot know.
extension DeviceMemory {
  /// Memory of a CUDA device that the program allocated itself, known by its address alone.
  ///
  /// Work that the program began with the memory must be done, or be on the queue that the memory is used with: see
  /// ``DeviceQueue/adopting(stream:of:)``.
  ///
  ///     let memory = try unsafe DeviceMemory.adopting(cudaAddress: pointer, byteCount: 8 * count)
  ///
  /// - Parameters:
  ///   - address: What `cudaMalloc` or `cuMemAlloc` gave, or a place in it; it must outlive this object.
  ///   - byteCount: The bytes from there on that may be used.
  /// - Throws: ``DeviceError`` if there is no driver, or the address is no device's.
  @unsafe
  public static func adopting(
    cudaAddress address: UnsafeMutableRawPointer, byteCount: Int
  ) throws(DeviceError) -> DeviceMemory {
    let number = UInt(bitPattern: address)
    // Any device's driver knows the addresses of all.
    let first = try Device.cuda()
    guard let driver = first.driver as? GPUDeviceDriver, let index = try driver.ordinal(ofAddress: number)
    else {
      throw DeviceError(
        device: first.description,
        reason: .mismatch("adopted memory", expected: "a device's address", found: "memory of the process"))
    }
    return unsafe try adopting(address, byteCount: byteCount, of: .cuda(index))
  }

  /// Memory of a CUDA or HIP device that the program allocated itself.
  ///
  /// - Parameters:
  ///   - address: What the device's allocation gave, or a place in it; it must outlive this object.
  ///   - byteCount: The bytes from there on that may be used.
  ///   - device: Whose memory it is.
  /// - Throws: ``DeviceError`` if the device is OpenCL's, which has no addresses.
  @unsafe
  public static func adopting(
    _ address: UnsafeMutableRawPointer, byteCount: Int, of device: Device
  ) throws(DeviceError) -> DeviceMemory {
    guard device.interface != .opencl else {
      throw DeviceError(
        device: device.description,
        reason: .mismatch("adopted memory", expected: "a memory object", found: "an address"))
    }
    let number = UInt(bitPattern: address)
    return DeviceMemory(
      DriverMemory(handle: DriverHandle(bits: number), address: number), byteCount: byteCount,
      space: .device(device), of: device, owner: .user)
  }

  /// Memory of an OpenCL device that the program allocated itself.
  ///
  /// - Parameters:
  ///   - memoryObject: The `cl_mem`, a buffer; it is kept as long as this object.
  ///   - queue: A queue of the same context, adopted from the program's own.
  /// - Throws: ``DeviceError`` if the buffer is of another context, or the device is not OpenCL's.
  @unsafe
  public static func adopting(
    memoryObject: UnsafeMutableRawPointer, of queue: DeviceQueue
  ) throws(DeviceError) -> DeviceMemory {
    guard let driver = queue.device.driver as? OpenCLDeviceDriver else {
      throw DeviceError(
        device: queue.device.description,
        reason: .mismatch("adopted memory", expected: "an address", found: "a memory object"))
    }
    let handle = DriverHandle(bits: UInt(bitPattern: memoryObject))
    let memory = try driver.adopted(handle)
    return DeviceMemory(
      memory.memory, byteCount: memory.byteCount, space: .device(queue.device), of: queue.device, owner: .user
    )
  }
}

extension Device {
  /// Gives up adopted memory, which its user frees.
  func release(_ memory: DriverMemory, byteCount: Int) {
    // OpenCL counts owners; giving up one is how it is freed.
    if let driver = driver as? OpenCLDeviceDriver { driver.free(memory, byteCount: byteCount) }
  }
}
