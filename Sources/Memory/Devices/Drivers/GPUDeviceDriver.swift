internal import CAccelerators
import Synchronization

/// A device of CUDA or HIP.
///
/// Each call makes the device's context the thread's own first, and gives the thread back the one it had.
@safe
final class GPUDeviceDriver: DeviceDriver, @unchecked Sendable {
  let interface: DeviceInterface
  let deviceName: String
  let label: String
  let driver: UnsafePointer<gpu_driver>
  private let context: gpu_context
  let device: gpu_device
  private let kernels = Mutex(LoadedTransferKernels())
  // A created event costs a call; as many as were ever in use at the same time are kept.
  private let idleEvents = Mutex<[DriverHandle]>([])

  var memoryLimit: Int { Int(TRANSFER_MEMORIES) }
  // cuMemAlloc aligns to 256 bytes.
  var alignment: Int { 256 }
  var kernelsReachPinnedMemory: Bool { true }
  // CUDA and HIP both, where nobody asks the compiler for less.
  func hasExactFloats(ofBytes byteCount: Int) -> Bool { true }

  init(_ interface: DeviceInterface, index: Int) throws(DeviceError) {
    let driver = unsafe try GPULibrary.driver(of: interface)
    let place = "\(interface) device \(index)"
    func check(
      _ result: gpu_result, _ cuda: StaticString, _ hip: StaticString
    ) throws(DeviceError) {
      try unsafe GPULibrary.check(result, cuda, hip, by: driver, of: interface, on: place)
    }
    let count = try GPULibrary.deviceCount(of: interface)
    guard count > 0 else { throw DeviceError(device: interface.description, reason: .noDevice) }
    guard (0..<count).contains(index) else {
      throw DeviceError(
        device: interface.description, reason: .noSuchDevice(index: index, count: count))
    }
    var device: gpu_device = 0
    try check(unsafe driver.pointee.deviceGet(&device, Int32(index)), "cuDeviceGet", "hipDeviceGet")
    var name = [CChar](repeating: 0, count: 128)
    try check(
      unsafe driver.pointee.deviceGetName(&name, Int32(name.count - 1), device), "cuDeviceGetName",
      "hipDeviceGetName")
    var context: gpu_context?
    try check(
      unsafe driver.pointee.devicePrimaryCtxRetain(&context, device), "cuDevicePrimaryCtxRetain",
      "hipDevicePrimaryCtxRetain")
    guard let context = unsafe context else {
      throw DeviceError(device: place, reason: .noDevice)
    }
    self.interface = interface
    deviceName = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    label = "\(place) (\(deviceName))"
    unsafe self.driver = driver
    unsafe self.context = context
    self.device = device
  }

  /// Whether this is the context that the driver's calls are made in.
  func isOwn(_ context: UInt) -> Bool { unsafe UInt(bitPattern: self.context) == context }

  // MARK: - Calls

  /// Throws what a call reports, under the name that the call has with this interface.
  func check(
    _ result: gpu_result, _ cuda: StaticString, _ hip: StaticString
  ) throws(DeviceError) {
    try unsafe GPULibrary.check(result, cuda, hip, by: driver, of: interface, on: label)
  }

  /// Runs calls with the device's context current on this thread.
  func withContext<Result>(
    _ body: (borrowing gpu_driver) throws(DeviceError) -> Result
  ) throws(DeviceError) -> Result {
    let previous = try makeContextCurrent()
    defer { restoreContext(previous) }
    return unsafe try body(driver.pointee)
  }

  func makeContextCurrent() throws(DeviceError) -> DeviceContext {
    var previous: gpu_context?
    try check(unsafe driver.pointee.ctxGetCurrent(&previous), "cuCtxGetCurrent", "hipCtxGetCurrent")
    if unsafe previous != context {
      try check(unsafe driver.pointee.ctxSetCurrent(context), "cuCtxSetCurrent", "hipCtxSetCurrent")
    }
    return DeviceContext(handle: DriverHandle(bits: UInt(bitPattern: previous)))
  }

  func restoreContext(_ previous: DeviceContext) {
    guard !isOwn(previous.handle.bits) else { return }
    // A thread that cannot be given back its context has a driver that its next call reports.
    _ = unsafe driver.pointee.ctxSetCurrent(gpu_context(bitPattern: previous.handle.bits))
  }

  // MARK: - Memory

  func allocate(byteCount: Int) throws(DeviceError) -> DriverMemory {
    try withContext { calls throws(DeviceError) in
      var address: gpu_address = 0
      try check(unsafe calls.memAlloc(&address, byteCount), "cuMemAlloc", "hipMalloc")
      return DriverMemory(handle: DriverHandle(bits: UInt(address)), address: UInt(address))
    }
  }

  func free(_ memory: DriverMemory, byteCount: Int) {
    // Of a device that is lost, everything is.
    try? withContext { calls throws(DeviceError) in
      _ = calls.memFree(gpu_address(memory.handle.bits))
    }
  }

  func allocatePinned(byteCount: Int) throws(DeviceError) -> DriverMemory {
    try withContext { calls throws(DeviceError) in
      var host: UnsafeMutableRawPointer?
      let flags = UInt32(GPU_HOST_ALLOC_PORTABLE | GPU_HOST_ALLOC_MAPPED)
      try check(unsafe calls.memHostAlloc(&host, byteCount, flags), "cuMemHostAlloc", "hipHostMalloc")
      var address: gpu_address = 0
      do throws(DeviceError) {
        try check(
          unsafe calls.memHostGetDevicePointer(&address, host, 0), "cuMemHostGetDevicePointer",
          "hipHostGetDevicePointer")
      } catch {
        _ = unsafe calls.memFreeHost(host)
        throw error
      }
      return DriverMemory(
        handle: DriverHandle(bits: UInt(address)), address: UInt(bitPattern: host))
    }
  }

  func freePinned(_ memory: DriverMemory) {
    try? withContext { calls throws(DeviceError) in
      _ = unsafe calls.memFreeHost(UnsafeMutableRawPointer(bitPattern: memory.address))
    }
  }

  // MARK: - Memory of other processes

  /// What other processes reach memory by; `nil` where the driver has no such thing.
  func handle(ofMemoryAt address: UInt) throws(DeviceError) -> DeviceMemoryHandle? {
    try withContext { calls throws(DeviceError) in
      guard let get = unsafe calls.ipcGetMemHandle else { return nil }
      var handle = gpu_ipc_handle()
      try check(unsafe get(&handle, gpu_address(address)), "cuIpcGetMemHandle", "hipIpcGetMemHandle")
      return unsafe withUnsafeBytes(of: handle) { bytes in
        unsafe DeviceMemoryHandle(words: bytes.bindMemory(to: Int.self))
      }
    }
  }

  /// The address, in this process, of memory that another one has told of.
  func open(_ shared: DeviceMemoryHandle) throws(DeviceError) -> UInt {
    try withContext { calls throws(DeviceError) in
      guard let open = unsafe calls.ipcOpenMemHandle else {
        throw DeviceError(
          device: label,
          reason: .mismatch("memory of another process", expected: "a driver that opens it", found: "none"))
      }
      var handle = gpu_ipc_handle()
      unsafe withUnsafeMutableBytes(of: &handle) { bytes in
        for (place, word) in shared.words.enumerated() {
          unsafe bytes.storeBytes(of: word, toByteOffset: place * MemoryLayout<Int>.stride, as: Int.self)
        }
      }
      var address: gpu_address = 0
      try check(
        unsafe open(&address, handle, UInt32(GPU_IPC_LAZY_PEER_ACCESS)), "cuIpcOpenMemHandle",
        "hipIpcOpenMemHandle")
      return UInt(address)
    }
  }

  /// Ends the use of memory that was opened.
  func close(_ memory: DriverMemory) {
    try? withContext { calls throws(DeviceError) in
      _ = calls.ipcCloseMemHandle?(gpu_address(memory.handle.bits))
    }
  }

  // MARK: - Queues and events

  func makeQueue(_ priority: DeviceQueue.Priority) throws(DeviceError) -> DriverHandle {
    try withContext { calls throws(DeviceError) in
      var stream: gpu_stream?
      let flags = UInt32(GPU_STREAM_NON_BLOCKING)
      switch priority {
      case .normal:
        try check(
          unsafe calls.streamCreate(&stream, flags), "cuStreamCreate", "hipStreamCreateWithFlags")
      case .high:
        var (least, greatest): (Int32, Int32) = (0, 0)
        try check(
          unsafe calls.streamPriorityRange(&least, &greatest), "cuCtxGetStreamPriorityRange",
          "hipDeviceGetStreamPriorityRange")
        try check(
          unsafe calls.streamCreateWithPriority(&stream, flags, greatest), "cuStreamCreateWithPriority",
          "hipStreamCreateWithPriority")
      }
      return DriverHandle(bits: UInt(bitPattern: stream))
    }
  }

  func destroyQueue(_ queue: DriverHandle) {
    try? withContext { calls throws(DeviceError) in _ = unsafe calls.streamDestroy(queue.stream) }
  }

  func wait(forQueue queue: DriverHandle) throws(DeviceError) {
    try withContext { calls throws(DeviceError) in
      try check(unsafe calls.streamSynchronize(queue.stream), "cuStreamSynchronize", "hipStreamSynchronize")
    }
  }

  func makeEvent() throws(DeviceError) -> DriverHandle {
    if let idle = idleEvents.withLock({ $0.popLast() }) { return idle }
    return try withContext { calls throws(DeviceError) in
      var event: gpu_event?
      try check(
        unsafe calls.eventCreate(&event, UInt32(GPU_EVENT_DISABLE_TIMING)), "cuEventCreate",
        "hipEventCreateWithFlags")
      return DriverHandle(bits: UInt(bitPattern: event))
    }
  }

  func destroyEvent(_ event: DriverHandle) {
    idleEvents.withLock { $0.append(event) }
  }

  func record(_ event: DriverHandle, on queue: DriverHandle) throws(DeviceError) -> DriverHandle {
    try withContext { calls throws(DeviceError) in
      try check(unsafe calls.eventRecord(event.event, queue.stream), "cuEventRecord", "hipEventRecord")
    }
    return event
  }

  // Its handle is the same as long as the event is.
  func retainEvent(_ event: DriverHandle) {}
  func releaseEvent(_ event: DriverHandle) {}

  func isComplete(_ event: DriverHandle) throws(DeviceError) -> Bool {
    try withContext { calls throws(DeviceError) in
      let result = unsafe calls.eventQuery(event.event)
      if result == GPU_ERROR_NOT_READY { return false }
      try check(result, "cuEventQuery", "hipEventQuery")
      return true
    }
  }

  func wait(for event: DriverHandle) throws(DeviceError) {
    try withContext { calls throws(DeviceError) in
      try check(unsafe calls.eventSynchronize(event.event), "cuEventSynchronize", "hipEventSynchronize")
    }
  }

  func order(_ queue: DriverHandle, after event: DriverHandle) throws(DeviceError) {
    try withContext { calls throws(DeviceError) in
      try check(
        unsafe calls.streamWaitEvent(queue.stream, event.event, 0), "cuStreamWaitEvent", "hipStreamWaitEvent")
    }
  }

  // MARK: - Work

  func copy(
    byteCount: Int, from source: DriverPlace, to target: DriverPlace, on queue: DriverHandle
  ) throws(DeviceError) {
    try withContext { calls throws(DeviceError) in
      switch (source, target) {
      case (.device(let source, let from), .device(let target, let to)):
        try check(
          unsafe calls.memcpyDtoDAsync(
            target.address(at: to), source.address(at: from), byteCount, queue.stream),
          "cuMemcpyDtoDAsync", "hipMemcpyDtoDAsync")
      case (.device(let source, let from), .host(let address)):
        try check(
          unsafe calls.memcpyDtoHAsync(
            UnsafeMutableRawPointer(bitPattern: address), source.address(at: from), byteCount, queue.stream),
          "cuMemcpyDtoHAsync", "hipMemcpyDtoHAsync")
      case (.host(let address), .device(let target, let to)):
        try check(
          unsafe calls.memcpyHtoDAsync(
            target.address(at: to), UnsafeRawPointer(bitPattern: address), byteCount, queue.stream),
          "cuMemcpyHtoDAsync", "hipMemcpyHtoDAsync")
      case (.host, .host):
        fatalError("Memory: a device was asked to copy from the processor's memory to the processor's memory")
      }
    }
  }

  func fill(
    _ memory: DriverHandle, offset: Int, byteCount: Int, with value: UInt8, on queue: DriverHandle
  ) throws(DeviceError) {
    try withContext { calls throws(DeviceError) in
      try check(
        unsafe calls.memsetD8Async(memory.address(at: offset), value, byteCount, queue.stream),
        "cuMemsetD8Async", "hipMemsetD8Async")
    }
  }

  func launch(
    _ kernel: TransferKernel, regions: DriverHandle, tiles: DriverHandle, tileCount: Int,
    memories: Span<DriverHandle>, on queue: DriverHandle
  ) throws(DeviceError) {
    let function = try loaded(kernel)
    var regions = gpu_address(regions.bits)
    var tiles = gpu_address(tiles.bits)
    var addresses = transfer_memories()
    unsafe withUnsafeMutableBytes(of: &addresses) { bytes in
      for number in memories.indices {
        unsafe bytes.storeBytes(of: UInt64(memories[number].bits), toByteOffset: 8 * number, as: UInt64.self)
      }
    }
    try withContext { calls throws(DeviceError) in
      let result = unsafe withUnsafeMutablePointer(to: &regions) { regions in
        unsafe withUnsafeMutablePointer(to: &tiles) { tiles in
          unsafe withUnsafeMutablePointer(to: &addresses) { addresses in
            var arguments: InlineArray<3, UnsafeMutableRawPointer?> = [
              UnsafeMutableRawPointer(regions), UnsafeMutableRawPointer(tiles),
              UnsafeMutableRawPointer(addresses),
            ]
            return unsafe withUnsafeMutablePointer(to: &arguments) { arguments in
              unsafe arguments.withMemoryRebound(to: UnsafeMutableRawPointer?.self, capacity: 3) {
                unsafe calls.launchKernel(
                  function.function, UInt32(tileCount), 1, 1, UInt32(TRANSFER_THREADS), 1, 1, 0, queue.stream,
                  $0, nil)
              }
            }
          }
        }
      }
      try check(result, "cuLaunchKernel", "hipModuleLaunchKernel")
    }
  }

  private func loaded(_ kernel: TransferKernel) throws(DeviceError) -> DriverHandle {
    try kernels.withLock { kernels throws(DeviceError) in
      try kernels.handle(of: kernel) { () throws(DeviceError) in
        try loadKernel(kernel.name, from: TransferKernel.code)
      }
    }
  }
}

extension DriverHandle {
  var stream: gpu_stream? { unsafe gpu_stream(bitPattern: bits) }
  var function: gpu_function? { unsafe gpu_function(bitPattern: bits) }
  fileprivate var event: gpu_event? { unsafe gpu_event(bitPattern: bits) }

  fileprivate func address(at offset: Int) -> gpu_address { gpu_address(bits) + gpu_address(offset) }
}
