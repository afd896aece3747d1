internal import CAccelerators
internal import Glibc
import Synchronization

/// A device of OpenCL, in a context of its own or in a user's.
///
/// OpenCL's memory has no address until a kernel runs. Here it gets one all the same: addresses are reserved that
/// nobody may touch, so that no two memories overlap, places in one can be reckoned, and a stray access faults.
@safe
final class OpenCLDeviceDriver: DeviceDriver, @unchecked Sendable {
  let deviceName: String
  let label: String
  let driver: UnsafePointer<opencl_driver>
  let device: opencl_device?
  let context: opencl_context
  /// What maps pinned memory.
  private let serviceQueue: opencl_queue
  // A kernel's arguments are set one by one before it runs: one thread at a time.
  private let kernels = Mutex(SharedKernels())

  private struct SharedKernels {
    var loaded = LoadedTransferKernels()
    /// How many arguments of each may hold a memory.
    var memoryCounts = InlineArray<2, Int>(repeating: Int(TRANSFER_OPENCL_MEMORIES))
  }

  // A driver has room for 128 of them or more, by CL_DEVICE_MAX_PARAMETER_SIZE.
  var memoryLimit: Int { Int(TRANSFER_OPENCL_MEMORIES) }
  // The least that CL_DEVICE_MEM_BASE_ADDR_ALIGN may be, in bytes.
  var alignment: Int { 128 }
  var kernelsReachPinnedMemory: Bool { false }

  func hasExactFloats(ofBytes byteCount: Int) -> Bool {
    let what = byteCount == 8 ? OPENCL_DEVICE_DOUBLE_FP_CONFIG : OPENCL_DEVICE_SINGLE_FP_CONFIG
    var found: UInt64 = 0
    let result = unsafe driver.pointee.clGetDeviceInfo(
      device, UInt32(what), MemoryLayout<UInt64>.size, &found, nil)
    let needed = UInt64(OPENCL_FP_DENORMALS | OPENCL_FP_INFINITIES_AND_NANS | OPENCL_FP_ROUNDS_TO_NEAREST)
    return result == 0 && found & needed == needed
  }

  convenience init(index: Int) throws(DeviceError) {
    let devices = try OpenCLLibrary.devices()
    guard !devices.isEmpty else { throw DeviceError(device: "OpenCL", reason: .noDevice) }
    guard devices.indices.contains(index) else {
      throw DeviceError(device: "OpenCL", reason: .noSuchDevice(index: index, count: devices.count))
    }
    try self.init(devices[index], context: nil, label: "OpenCL device \(index)")
  }

  /// A device in a context that the user made and keeps, or in one of its own.
  init(_ handle: DriverHandle, context given: DriverHandle?, label: String) throws(DeviceError) {
    let driver = unsafe try OpenCLLibrary.driver()
    var device = unsafe opencl_device(bitPattern: handle.bits)
    var name = [CChar](repeating: 0, count: 256)
    try OpenCLLibrary.check(
      unsafe driver.pointee.clGetDeviceInfo(
        device, UInt32(OPENCL_DEVICE_NAME), name.count - 1, &name, nil), "clGetDeviceInfo", on: label)
    let deviceName = name.firstLine
    let label = "\(label) (\(deviceName))"
    var result: opencl_result = 0
    var context: opencl_context?
    if let given {
      unsafe context = opencl_context(bitPattern: given.bits)
      try OpenCLLibrary.check(unsafe driver.pointee.clRetainContext(context), "clRetainContext", on: label)
    } else {
      unsafe context = driver.pointee.clCreateContext(nil, 1, &device, nil, nil, &result)
      try OpenCLLibrary.check(result, "clCreateContext", on: label)
    }
    let queue = unsafe driver.pointee.clCreateCommandQueue(context, device, 0, &result)
    guard result == 0, let queue = unsafe queue, let context = unsafe context else {
      _ = unsafe driver.pointee.clReleaseContext(context)
      try OpenCLLibrary.check(result, "clCreateCommandQueue", on: label)
      throw DeviceError(device: label, reason: .noDevice)
    }
    self.deviceName = deviceName
    self.label = label
    unsafe self.driver = driver
    unsafe self.device = device
    unsafe self.context = context
    unsafe serviceQueue = queue
  }

  func check(_ result: opencl_result, _ call: StaticString) throws(DeviceError) {
    guard result != 0 else { return }
    try OpenCLLibrary.check(result, call.description, on: label)
  }

  // MARK: - Memory

  private func makeBuffer(_ byteCount: Int, _ flags: Int32) throws(DeviceError) -> opencl_memory? {
    var result: opencl_result = 0
    let memory = unsafe driver.pointee.clCreateBuffer(context, UInt64(flags), byteCount, nil, &result)
    try check(result, "clCreateBuffer")
    return unsafe memory
  }

  func allocate(byteCount: Int) throws(DeviceError) -> DriverMemory {
    let memory = unsafe try makeBuffer(byteCount, Int32(OPENCL_MEM_READ_WRITE))
    do {
      let address = try Self.reserveAddresses(byteCount, for: label)
      return DriverMemory(handle: DriverHandle(bits: UInt(bitPattern: memory)), address: address)
    } catch {
      _ = unsafe driver.pointee.clReleaseMemObject(memory)
      throw error
    }
  }

  func free(_ memory: DriverMemory, byteCount: Int) {
    _ = unsafe driver.pointee.clReleaseMemObject(memory.handle.memory)
    Self.giveBackAddresses(memory.address, byteCount)
  }

  /// Addresses for so many bytes that no other memory of the process has, and that fault when touched.
  static func reserveAddresses(_ byteCount: Int, for device: String) throws(DeviceError) -> UInt {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    let start = unsafe mmap(nil, byteCount, PROT_NONE, flags, -1, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else {
      let number = errno
      throw DeviceError(
        device: device, reason: .call("mmap", code: Int(number), meaning: SystemError.text(of: number)))
    }
    return UInt(bitPattern: start)
  }

  static func giveBackAddresses(_ address: UInt, _ byteCount: Int) {
    _ = unsafe munmap(UnsafeMutableRawPointer(bitPattern: address), byteCount)
  }

  func allocatePinned(byteCount: Int) throws(DeviceError) -> DriverMemory {
    let memory = unsafe try makeBuffer(byteCount, Int32(OPENCL_MEM_READ_WRITE | OPENCL_MEM_ALLOC_HOST_PTR))
    var result: opencl_result = 0
    let flags = UInt64(OPENCL_MAP_READ | OPENCL_MAP_WRITE)
    // Mapped as long as it lives: the device never uses it as its own, but copies to and from its address.
    let host = unsafe driver.pointee.clEnqueueMapBuffer(
      serviceQueue, memory, 1, flags, 0, byteCount, 0, nil, nil, &result)
    guard result == 0 else {
      _ = unsafe driver.pointee.clReleaseMemObject(memory)
      throw DeviceError(
        device: label,
        reason: .call(
          "clEnqueueMapBuffer", code: Int(result), meaning: unsafe String(cString: opencl_error_name(result)))
      )
    }
    return DriverMemory(
      handle: DriverHandle(bits: UInt(bitPattern: memory)), address: UInt(bitPattern: host))
  }

  func freePinned(_ memory: DriverMemory) {
    let host = unsafe UnsafeMutableRawPointer(bitPattern: memory.address)
    _ = unsafe driver.pointee.clEnqueueUnmapMemObject(
      serviceQueue, memory.handle.memory, host, 0, nil, nil)
    _ = unsafe driver.pointee.clFinish(serviceQueue)
    _ = unsafe driver.pointee.clReleaseMemObject(memory.handle.memory)
  }

  // MARK: - A user's own

  /// A user's memory, which must be of this context, with an owner more that keeps it.
  func adopted(_ memory: DriverHandle) throws(DeviceError) -> (memory: DriverMemory, byteCount: Int) {
    var owner = DriverHandle.none
    var byteCount = 0
    try check(
      unsafe driver.pointee.clGetMemObjectInfo(
        memory.memory, UInt32(OPENCL_MEM_CONTEXT), MemoryLayout<DriverHandle>.size, &owner, nil),
      "clGetMemObjectInfo")
    guard unsafe owner.bits == UInt(bitPattern: context) else {
      throw DeviceError(
        device: label,
        reason: .mismatch(
          "a memory object", expected: "one of the queue's own context", found: "one of another context"))
    }
    try check(
      unsafe driver.pointee.clGetMemObjectInfo(
        memory.memory, UInt32(OPENCL_MEM_SIZE), MemoryLayout<Int>.size, &byteCount, nil),
      "clGetMemObjectInfo")
    let address = try Self.reserveAddresses(byteCount, for: label)
    do {
      try check(unsafe driver.pointee.clRetainMemObject(memory.memory), "clRetainMemObject")
    } catch {
      Self.giveBackAddresses(address, byteCount)
      throw error
    }
    return (DriverMemory(handle: memory, address: address), byteCount)
  }

  func retainQueue(_ queue: DriverHandle) throws(DeviceError) {
    try check(unsafe driver.pointee.clRetainCommandQueue(queue.queue), "clRetainCommandQueue")
  }

  // MARK: - Queues and events

  // OpenCL 1.2 knows no priorities.
  func makeQueue(_ priority: DeviceQueue.Priority) throws(DeviceError) -> DriverHandle {
    var result: opencl_result = 0
    let queue = unsafe driver.pointee.clCreateCommandQueue(context, device, 0, &result)
    try check(result, "clCreateCommandQueue")
    return DriverHandle(bits: UInt(bitPattern: queue))
  }

  func destroyQueue(_ queue: DriverHandle) {
    _ = unsafe driver.pointee.clReleaseCommandQueue(queue.queue)
  }

  func wait(forQueue queue: DriverHandle) throws(DeviceError) {
    try check(unsafe driver.pointee.clFinish(queue.queue), "clFinish")
  }

  // An event comes to be when it is recorded.
  func makeEvent() -> DriverHandle { .none }

  func destroyEvent(_ event: DriverHandle) {
    if event != .none { releaseEvent(event) }
  }

  func retainEvent(_ event: DriverHandle) throws(DeviceError) {
    try check(unsafe driver.pointee.clRetainEvent(event.event), "clRetainEvent")
  }

  func releaseEvent(_ event: DriverHandle) {
    _ = unsafe driver.pointee.clReleaseEvent(event.event)
  }

  func record(_ event: DriverHandle, on queue: DriverHandle) throws(DeviceError) -> DriverHandle {
    var recorded: opencl_event?
    try check(
      unsafe driver.pointee.clEnqueueMarkerWithWaitList(queue.queue, 0, nil, &recorded),
      "clEnqueueMarkerWithWaitList")
    let made = DriverHandle(bits: UInt(bitPattern: recorded))
    do throws(DeviceError) {
      // Whoever asks for the event, or has another queue wait for it, must find it under way.
      try check(unsafe driver.pointee.clFlush(queue.queue), "clFlush")
    } catch {
      releaseEvent(made)
      throw error
    }
    destroyEvent(event)
    return made
  }

  /// What has become of an event: 0 is done, and below 0 it is an error.
  private func status(of event: DriverHandle) throws(DeviceError) -> opencl_result {
    var status: opencl_result = 0
    try check(
      unsafe driver.pointee.clGetEventInfo(
        event.event, UInt32(OPENCL_EVENT_COMMAND_EXECUTION_STATUS), MemoryLayout<opencl_result>.size, &status,
        nil), "clGetEventInfo")
    return status
  }

  func isComplete(_ event: DriverHandle) throws(DeviceError) -> Bool {
    let status = try status(of: event)
    if status < 0 { try check(status, "an event's command") }
    guard status == 0 else { return false }
    // What the work has written is seen by other queues once it was waited for; its state alone promises nothing.
    try wait(for: event)
    return true
  }

  func wait(for event: DriverHandle) throws(DeviceError) {
    var waited = unsafe event.event
    let result = unsafe driver.pointee.clWaitForEvents(1, &waited)
    guard result != 0 else { return }
    // The call only says that there was an error; the event knows which.
    let status = try status(of: event)
    try check(status < 0 ? status : result, "clWaitForEvents")
  }

  func order(_ queue: DriverHandle, after event: DriverHandle) throws(DeviceError) {
    var waited = unsafe event.event
    try check(
      unsafe driver.pointee.clEnqueueMarkerWithWaitList(queue.queue, 1, &waited, nil),
      "clEnqueueMarkerWithWaitList")
  }

  func makeContextCurrent() -> DeviceContext { DeviceContext(handle: .none) }

  func restoreContext(_ context: DeviceContext) {}

  // MARK: - Work

  func copy(
    byteCount: Int, from source: DriverPlace, to target: DriverPlace, on queue: DriverHandle
  ) throws(DeviceError) {
    switch (source, target) {
    case (.device(let source, let from), .device(let target, let to)):
      try check(
        unsafe driver.pointee.clEnqueueCopyBuffer(
          queue.queue, source.memory, target.memory, from, to, byteCount, 0, nil, nil), "clEnqueueCopyBuffer")
    case (.device(let source, let from), .host(let address)):
      try check(
        unsafe driver.pointee.clEnqueueReadBuffer(
          queue.queue, source.memory, 0, from, byteCount, UnsafeMutableRawPointer(bitPattern: address), 0,
          nil,
          nil), "clEnqueueReadBuffer")
    case (.host(let address), .device(let target, let to)):
      try check(
        unsafe driver.pointee.clEnqueueWriteBuffer(
          queue.queue, target.memory, 0, to, byteCount, UnsafeRawPointer(bitPattern: address), 0, nil, nil),
        "clEnqueueWriteBuffer")
    case (.host, .host):
      fatalError("Memory: a device was asked to copy from the processor's memory to the processor's memory")
    }
  }

  func fill(
    _ memory: DriverHandle, offset: Int, byteCount: Int, with value: UInt8, on queue: DriverHandle
  ) throws(DeviceError) {
    var value = value
    try check(
      unsafe driver.pointee.clEnqueueFillBuffer(
        queue.queue, memory.memory, &value, 1, offset, byteCount, 0, nil, nil), "clEnqueueFillBuffer")
  }

  func launch(
    _ kernel: TransferKernel, regions: DriverHandle, tiles: DriverHandle, tileCount: Int,
    memories: Span<DriverHandle>, on queue: DriverHandle
  ) throws(DeviceError) {
    try kernels.withLock { kernels throws(DeviceError) in
      let place = kernel.rawValue
      let kernel = try kernels.loaded.handle(of: kernel) { () throws(DeviceError) in try built(kernel) }
      try set(0, of: kernel, to: regions)
      try set(1, of: kernel, to: tiles)
      // Those of the last launch may be gone.
      let count = max(memories.count, kernels.memoryCounts[place])
      kernels.memoryCounts[place] = count
      for number in 0..<count {
        try set(2 + number, of: kernel, to: number < memories.count ? memories[number] : .none)
      }
      kernels.memoryCounts[place] = memories.count
      var threads = tileCount * Int(TRANSFER_THREADS)
      var block = Int(TRANSFER_THREADS)
      try check(
        unsafe driver.pointee.clEnqueueNDRangeKernel(
          queue.queue, kernel.kernel, 1, nil, &threads, &block, 0, nil, nil), "clEnqueueNDRangeKernel")
    }
  }

  private func set(_ argument: Int, of kernel: DriverHandle, to memory: DriverHandle) throws(DeviceError) {
    var memory = unsafe memory.memory
    try check(
      unsafe driver.pointee.clSetKernelArg(
        kernel.kernel, UInt32(argument), MemoryLayout<opencl_memory?>.size, &memory), "clSetKernelArg")
  }

  private func built(_ kernel: TransferKernel) throws(DeviceError) -> DriverKernel {
    var code = TransferKernel.code
    code.options = ["-cl-std=CL1.2"]
    return try loadKernel(kernel.name, from: code)
  }
}

extension DriverHandle {
  var queue: opencl_queue? { unsafe opencl_queue(bitPattern: bits) }
  var memory: opencl_memory? { unsafe opencl_memory(bitPattern: bits) }
  var kernel: opencl_kernel? { unsafe opencl_kernel(bitPattern: bits) }
  fileprivate var event: opencl_event? { unsafe opencl_event(bitPattern: bits) }
}

// MARK: - A user's queue

extension OpenCLDeviceDriver {
  /// What a user's command queue is of: its context, its device, and whether it does its work in order.
  static func describe(_ queue: DriverHandle) throws(DeviceError) -> (
    context: DriverHandle, device: DriverHandle, isInOrder: Bool
  ) {
    let driver = unsafe try OpenCLLibrary.driver()
    func ask<Value: BitwiseCopyable>(_ what: Int, _ value: inout Value) throws(DeviceError) {
      try OpenCLLibrary.check(
        unsafe driver.pointee.clGetCommandQueueInfo(
          queue.queue, UInt32(what), MemoryLayout<Value>.size, &value, nil), "clGetCommandQueueInfo")
    }
    var (context, device) = (DriverHandle.none, DriverHandle.none)
    var properties: UInt64 = 0
    try ask(Int(OPENCL_QUEUE_CONTEXT), &context)
    try ask(Int(OPENCL_QUEUE_DEVICE), &device)
    try ask(Int(OPENCL_QUEUE_PROPERTIES), &properties)
    return (context, device, properties & UInt64(OPENCL_QUEUE_OUT_OF_ORDER) == 0)
  }
}
