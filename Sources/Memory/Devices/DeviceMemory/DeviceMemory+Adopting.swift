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
  /// - Throws: ``DeviceError`` if there is no driver, the address is no device's, its memory belongs to another context
  ///   than the device's primary one, which CUDA's runtime uses, or ends before so many bytes.
  @unsafe
  public static func adopting(
    cudaAddress address: UnsafeMutableRawPointer, byteCount: Int
  ) throws(DeviceError) -> DeviceMemory {
    let number = UInt(bitPattern: address)
    func mismatch(_ device: String, expected: String, found: String) -> DeviceError {
      DeviceError(device: device, reason: .mismatch("adopted memory", expected: expected, found: found))
    }
    guard let place = try CUDAAddress(number) else {
      throw mismatch(
        DeviceInterface.cuda.description, expected: "a device's address", found: "memory of the process")
    }
    let device = try Device.cuda(place.device)
    // Memory of a pool belongs to no context, and may be mapped piece by piece.
    if place.context != 0, let driver = device.driver as? GPUDeviceDriver {
      guard driver.isOwn(place.context) else {
        throw mismatch(
          device.description, expected: "memory of the device's primary context, which cudaMalloc's is",
          found: "memory of another context")
      }
      if let end = place.end, UInt(clamping: byteCount) > end - number {
        throw mismatch(
          device.description, expected: "\(byteCount) bytes from its address on",
          found: "\(end - number), where its allocation ends")
      }
    }
    return unsafe try adopting(address, byteCount: byteCount, of: device)
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
