import CAccelerators
import DeviceTesting
import Glibc
import Memory
import Strided
import Testing

/// Memory and queues that a program made by its driver's own calls.
@Suite(.serialized) struct AdoptingTests {
  @Test(.enabled(if: TestDevice.hasCUDA, "no CUDA device")) func aPointerOfCUDATellsItsDevice() throws {
    let device = try TestDevice.cuda.device
    let own = try Allocation(byteCount: 800, allocator: .device(device))
    // Nothing of what was begun with the memory is left for its other holder to wait for.
    try own.memoryOnDevice.finalize()
    let address = unsafe own.base + 80
    let adopted = try unsafe DeviceMemory.adopting(cudaAddress: address, byteCount: 400)
    #expect(adopted.device === device && adopted.space == .device(device) && adopted.byteCount == 400)
    let queue = try unsafe DeviceQueue.adopting(stream: nil, of: device)
    try queue.fill(adopted, byteCount: 400, with: 7)
    try adopted.finalize()
    let zeros = [UInt8](repeating: 0, count: 400)
    #expect(
      try own.memoryOnDevice.bytes(800) == zeros.prefix(80) + [UInt8](repeating: 7, count: 400)
        + zeros.prefix(320))
  }

  @Test(.enabled(if: TestDevice.hasCUDA, "no CUDA device")) func theProcesssOwnMemoryIsNotADevices() throws {
    _ = try TestDevice.cuda.device
    let own = try Allocation(byteCount: 80)
    let error = #expect(throws: DeviceError.self) {
      _ = try unsafe DeviceMemory.adopting(cudaAddress: own.base, byteCount: 80)
    }
    #expect(error?.description.hasSuffix("expected a device's address, found memory of the process") == true)
  }

  @Test(.enabled(if: TestDevice.hasCUDA, "no CUDA device")) func memoryThatEndsBeforeIsRefused() throws {
    let program = try CUDAProgram()
    let address = try program.allocate(byteCount: 1000)
    #expect(try program.adopted(address + 200, byteCount: 800).byteCount == 800)
    let error = #expect(throws: DeviceError.self) { _ = try program.adopted(address + 200, byteCount: 801) }
    #expect(
      error?.description.hasSuffix(
        "adopted memory: expected 801 bytes from its address on, found 800, where its allocation ends")
        == true)
  }

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device")) func memoryOfAnotherContextOfCUDA()
    async
  {
    // In a process of its own: what the environment says is everybody's.
    await #expect(processExitsWith: .success) {
      let program = try CUDAProgram()
      let address = try program.allocate(byteCount: 100)
      withEnvironment("CUDA_STAND_IN_FOREIGN", "1") {
        let error = #expect(throws: DeviceError.self) { _ = try program.adopted(address, byteCount: 100) }
        #expect(error?.description.hasSuffix("found memory of another context") == true)
      }
    }
  }

  /// Each rank's process would have a context on the first device otherwise, whichever its own is.
  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device"))
  func askingForAnAddressOpensNoDevice()
    async
  {
    await #expect(processExitsWith: .success) {
      CUDAStandIn.load()
      let own = try Allocation(byteCount: 80)
      #expect(throws: DeviceError.self) {
        _ = try unsafe DeviceMemory.adopting(cudaAddress: own.base, byteCount: 80)
      }
      #expect(CUDAStandIn.calls(of: "cuPointerGetAttribute") > 0)
      #expect(CUDAStandIn.calls(of: "cuDevicePrimaryCtxRetain") == 0)
    }
  }

  /// Memory that begins at a multiple of its elements alone, where kernels would copy wider words.
  @Test(.enabled(if: TestDevice.hasCUDA, "no CUDA device"), arguments: [1, 2, 4, 8])
  func memoryThatIsAlignedForItsElementsAlone(place: Int) throws {
    let device = try TestDevice.cuda.device
    let program = try CUDAProgram()
    let bytes = (0..<960).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) }
    let source = try program.adopted(try program.allocate(byteCount: 1000) + UInt(place), byteCount: 960)
    let target = try program.adopted(try program.allocate(byteCount: 1000) + UInt(2 * place), byteCount: 480)
    try device.queue.copy(bytes.span, to: source)
    try device.queue.fill(target, byteCount: 480, with: 0x55)
    // Every other run of 32 bytes, which offsets alone would let be copied by 16.
    let runs = Layout(contiguous: [15, 64], itemSize: 1)[.all, .range(0..<32)]
    let list = try DeviceCopyList([.init(.pack(runs), source: 0, target: 1)], on: device)
    try device.queue.run(list, on: [source, target])
    #expect(try target.bytes(480) == (0..<480).map { bytes[$0 / 32 * 64 + $0 % 32] })
    // And back again, added up.
    guard place == 8 else { return }
    let numbers = try #require(DeviceCombination(.sum, of: .int64))
    let doubling = try DeviceCopyList(
      [
        .init(
          StridedCopy(
            from: Layout(contiguous: [60], itemSize: 8), to: Layout(contiguous: [60], itemSize: 8)),
          source: 0, target: 1, combination: numbers)
      ], on: device)
    let before = try source.bytes(960)
    try device.queue.run(doubling, on: [target, source])
    func number(_ bytes: [UInt8], _ place: Int) -> UInt64 {
      (0..<8).reduce(0) { $0 | UInt64(bytes[8 * place + $1]) << UInt64(8 * $1) }
    }
    let (packed, after) = (try target.bytes(480), try source.bytes(960))
    for place in 0..<60 { #expect(number(after, place) == number(before, place) &+ number(packed, place)) }
    #expect(after[480...] == before[480...])
  }

  @Test(.enabled(if: TestDevice.hasOpenCL, "no OpenCL device")) func memoryAndQueueOfAnOpenCLProgramAreUsed()
    throws
  {
    _ = try TestDevice.opencl.device
    let program = try OpenCLProgram()
    let queue = try unsafe DeviceQueue.adopting(commandQueue: program.queue)
    let memory = try unsafe DeviceMemory.adopting(memoryObject: program.memory, of: queue)
    #expect(memory.byteCount == OpenCLProgram.byteCount && memory.device.index == nil)
    let array = DeviceArray<Int32>(memory, shape: [8, 8], queue: queue)
    let values = (0..<64).map(Int32.init)
    try queue.copy(values.span, to: memory)
    // Its columns to the front of memory of ours, in the program's own context.
    let columns = try DeviceArray<Int32>(shape: [8, 2], queue: queue)
    let list = try DeviceCopyList(
      [.init(StridedCopy(from: array[.all, .last(2)].layout, to: columns.layout), source: 0, target: 1)],
      on: memory.device)
    try queue.run(list, on: [memory, columns.memory])
    var found = [Int32](repeating: 0, count: 16)
    var span = found.mutableSpan
    try queue.copy(from: columns.memory, to: &span)
    let expected: [Int32] = values.filter { $0 % 8 >= 6 }
    #expect(found == expected)
    #expect(try program.firstElement() == 0)
  }

  /// What fails on the device after the call is reported by whoever waits for the memory, again and again.
  @Test(.enabled(if: TestDevice.hasOpenCL, "no OpenCL device")) func aFaultOnAnOpenCLDeviceIsTheMemorysOwn()
    async
  {
    await #expect(processExitsWith: .success) {
      _ = try TestDevice.opencl.device
      let program = try OpenCLProgram()
      let queue = try unsafe DeviceQueue.adopting(commandQueue: program.queue)
      let memory = try unsafe DeviceMemory.adopting(memoryObject: program.memory, of: queue)
      let other = try DeviceArray<UInt8>(shape: [64], queue: try DeviceQueue(on: queue.device))
      let failsLater = try program.blockQueue()
      try queue.fill(memory, byteCount: OpenCLProgram.byteCount, with: 3)
      #expect(try memory.hasPendingTransfers)
      try failsLater()
      for _ in 0..<2 {
        let error = #expect(throws: DeviceError.self) { try memory.finalize() }
        guard case .call(_, let code, let meaning) = error?.reason else {
          Issue.record("\(error?.description ?? "nothing was thrown")")
          return
        }
        #expect(code < 0 && meaning.hasPrefix("CL_"), "\(code) \(meaning)")
        #expect(error?.device == queue.device.description)
      }
      // Nobody else's.
      try other.memory.finalize()
    }
  }

  @Test(.enabled(if: TestDevice.hasOpenCL, "no OpenCL device")) func memoryOfAnotherContextIsRefused() throws
  {
    _ = try TestDevice.opencl.device
    let (one, other) = (try OpenCLProgram(), try OpenCLProgram())
    let queue = try unsafe DeviceQueue.adopting(commandQueue: one.queue)
    #expect(throws: DeviceError.self) {
      _ = try unsafe DeviceMemory.adopting(memoryObject: other.memory, of: queue)
    }
  }

  @Test(.enabled(if: TestDevice.hasOpenCL, "no OpenCL device")) func aStreamIsNotOpenCLs() throws {
    let device = try TestDevice.opencl.device
    #expect(throws: DeviceError.self) { _ = try unsafe DeviceQueue.adopting(stream: nil, of: device) }
  }
}

/// A program that uses OpenCL by itself.
@safe private final class OpenCLProgram {
  static let byteCount = 256
  let queue: UnsafeMutableRawPointer
  let memory: UnsafeMutableRawPointer
  private let driver: UnsafePointer<opencl_driver>
  private let context: opencl_context?

  struct Failed: Error {}

  init() throws {
    var reason = [CChar](repeating: 0, count: 200)
    guard let driver = unsafe opencl_driver_open(nil, &reason, 200) else { throw Failed() }
    var (platform, device): (opencl_platform?, opencl_device?)
    var result: opencl_result = 0
    _ = unsafe driver.pointee.clGetPlatformIDs(1, &platform, nil)
    _ = unsafe driver.pointee.clGetDeviceIDs(platform, OPENCL_DEVICE_TYPE_ALL, 1, &device, nil)
    let context = unsafe driver.pointee.clCreateContext(nil, 1, &device, nil, nil, &result)
    let queue = unsafe driver.pointee.clCreateCommandQueue(context, device, 0, &result)
    let memory = unsafe driver.pointee.clCreateBuffer(
      context, UInt64(OPENCL_MEM_READ_WRITE), Self.byteCount, nil, &result)
    guard let queue = unsafe UnsafeMutableRawPointer(queue),
      let memory = unsafe UnsafeMutableRawPointer(memory)
    else { throw Failed() }
    unsafe self.queue = queue
    unsafe self.memory = memory
    unsafe self.driver = driver
    unsafe self.context = context
  }

  /// Has what the queue is given from now on wait for the program, which can only let it fail.
  func blockQueue() throws -> () throws -> Void {
    typealias Create = @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int32>?) -> OpaquePointer?
    typealias SetStatus = @convention(c) (OpaquePointer?, Int32) -> Int32
    guard let library = unsafe dlopen("libOpenCL.so.1", RTLD_NOW),
      let create = unsafe dlsym(library, "clCreateUserEvent"),
      let setStatus = unsafe dlsym(library, "clSetUserEventStatus")
    else { throw Failed() }
    var result: Int32 = 0
    var event = unsafe unsafeBitCast(create, to: Create.self)(context, &result)
    guard result == 0 else { throw Failed() }
    // PoCL 3.1 fails only what somebody holds an event of.
    var marker: opencl_event?
    result = unsafe driver.pointee.clEnqueueMarkerWithWaitList(OpaquePointer(queue), 1, &event, &marker)
    guard result == 0 else { throw Failed() }
    let outOfResources: Int32 = -5
    return {
      let result = unsafe unsafeBitCast(setStatus, to: SetStatus.self)(event, outOfResources)
      if result != 0 { throw Failed() }
    }
  }

  func firstElement() throws -> Int32 {
    var element: Int32 = -1
    let result = unsafe driver.pointee.clEnqueueReadBuffer(
      OpaquePointer(queue), OpaquePointer(memory), 1, 0, 4, &element, 0, nil, nil)
    guard result == 0 else { throw Failed() }
    return element
  }
}
