import CAccelerators

/// Runs the kernel on the first OpenCL device that there is.
@safe struct OpenCLRunner: TransferRunner {
  private let driver: UnsafePointer<opencl_driver>
  private let context: opencl_context
  private let queue: opencl_queue
  private let kernel: opencl_kernel

  /// Whether there is a driver, and a device that it drives.
  static let isThere: Bool = {
    do {
      _ = unsafe try firstDevice(try openDriver())
      return true
    } catch {
      print("CAcceleratorsTests: the kernel is not run by OpenCL: \(error)")
      return false
    }
  }()

  private static func openDriver() throws -> UnsafePointer<opencl_driver> {
    unsafe try opened { unsafe opencl_driver_open(nil, $0, $1) }
  }

  private static func firstDevice(_ driver: UnsafePointer<opencl_driver>) throws -> opencl_device {
    var platforms = unsafe [opencl_platform?](repeating: nil, count: 8)
    var count: UInt32 = 0
    try check(unsafe driver.pointee.clGetPlatformIDs(8, &platforms, &count), "clGetPlatformIDs")
    let devices = unsafe platforms.prefix(Int(count)).compactMap { platform in
      var device: opencl_device?
      let result = unsafe driver.pointee.clGetDeviceIDs(platform, OPENCL_DEVICE_TYPE_ALL, 1, &device, nil)
      return result == 0 ? unsafe device : nil
    }
    guard let device = unsafe devices.first else { throw DriverError("no OpenCL device") }
    return unsafe device
  }

  private static func check(_ result: opencl_result, _ call: String) throws {
    if result != 0 { throw DriverError("\(call): \(result)") }
  }

  private static func made<Handle>(_ handle: Handle?, _ result: opencl_result, _ call: String) throws
    -> Handle
  {
    try check(result, call)
    guard let handle else { throw DriverError("\(call) returned nothing") }
    return handle
  }

  init() throws {
    unsafe driver = try Self.openDriver()
    var device: opencl_device? = unsafe try Self.firstDevice(driver)
    var result: opencl_result = 0
    let newContext = unsafe driver.pointee.clCreateContext(nil, 1, &device, nil, nil, &result)
    unsafe context = try Self.made(newContext, result, "clCreateContext")
    let newQueue = unsafe driver.pointee.clCreateCommandQueue(context, device, 0, &result)
    unsafe queue = try Self.made(newQueue, result, "clCreateCommandQueue")
    var source: UnsafePointer<CChar>? = unsafe transfer_kernel_source()
    let program = unsafe driver.pointee.clCreateProgramWithSource(context, 1, &source, nil, &result)
    try Self.check(result, "clCreateProgramWithSource")
    try Self.check(
      unsafe driver.pointee.clBuildProgram(program, 1, &device, "-cl-std=CL1.2 -Werror", nil, nil),
      "clBuildProgram")
    let newKernel = unsafe driver.pointee.clCreateKernel(program, TRANSFER_KERNEL_NAME, &result)
    unsafe kernel = try Self.made(newKernel, result, "clCreateKernel")
  }

  private func buffer(holding bytes: UnsafeRawBufferPointer) throws -> opencl_memory {
    var result: opencl_result = 0
    let flags = UInt64(OPENCL_MEM_READ_WRITE | OPENCL_MEM_COPY_HOST_PTR)
    let memory = unsafe driver.pointee.clCreateBuffer(
      context, flags, bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), &result)
    return unsafe try Self.made(memory, result, "clCreateBuffer")
  }

  private func set(_ argument: Int, to memory: opencl_memory?) throws {
    var memory = unsafe memory
    let size = unsafe MemoryLayout<opencl_memory?>.size
    try Self.check(
      unsafe driver.pointee.clSetKernelArg(kernel, UInt32(argument), size, &memory), "clSetKernelArg")
  }

  func memories(after transfer: TransferCase, byAddress: Bool) throws -> [[UInt8]] {
    let tiles = transfer.tiles
    let table = unsafe try transfer.regions().withUnsafeBytes { unsafe try buffer(holding: $0) }
    let tileTable = unsafe try tiles.withUnsafeBytes { unsafe try buffer(holding: $0) }
    let memories = unsafe try transfer.before.map {
      unsafe try $0.withUnsafeBytes { unsafe try buffer(holding: $0) }
    }
    defer {
      unsafe ([table, tileTable] + memories).forEach { _ = unsafe driver.pointee.clReleaseMemObject($0) }
    }
    unsafe try set(0, to: table)
    unsafe try set(1, to: tileTable)
    for number in 0..<Int(TRANSFER_OPENCL_MEMORIES) {
      unsafe try set(2 + number, to: number < memories.count ? memories[number] : nil)
    }
    var threads = tiles.count * Int(TRANSFER_THREADS)
    var block = Int(TRANSFER_THREADS)
    try Self.check(
      unsafe driver.pointee.clEnqueueNDRangeKernel(queue, kernel, 1, nil, &threads, &block, 0, nil, nil),
      "clEnqueueNDRangeKernel")
    return try unsafe memories.map { memory in
      var bytes = [UInt8](repeating: 0, count: TransferCase.memoryBytes)
      try Self.check(
        unsafe driver.pointee.clEnqueueReadBuffer(queue, memory, 1, 0, bytes.count, &bytes, 0, nil, nil),
        "clEnqueueReadBuffer")
      return bytes
    }
  }
}
