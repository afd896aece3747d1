import CAccelerators
import DeviceTesting
import Glibc
import Memory
import Strided
import Testing

/// What a device's faults look like, and what they leave behind.
@Suite(.serialized) struct DeviceErrorTests {
  @Test(arguments: TestDevice.all) func aNumberOutOfRangeIsRefused(of which: TestDevice) throws {
    let interface = try which.device.interface
    let count = try Device.count(of: interface)
    for index in [-1, count, count + 7] {
      #expect(
        throws: DeviceError(
          device: interface.description, reason: .noSuchDevice(index: index, count: count))
      ) { _ = try Device.open(interface, index) }
    }
  }

  @Test(.enabled(if: TestDevice.hasOpenCL, "no OpenCL device")) func threadsMayAskForTheFirstDeviceAtOnce()
    async
  {
    // In processes of their own, where none has asked before.
    for _ in 0..<4 {
      await #expect(processExitsWith: .success) {
        await withTaskGroup { group in
          for _ in 0..<8 {
            group.addTask { #expect(throws: Never.self) { _ = try TestDevice.opencl.device } }
          }
        }
      }
    }
  }

  @Test func aMissingDriverIsNamed() throws {
    // There is an AMD GPU in very few of the machines that tests run on.
    let error = #expect(throws: DeviceError.self) { _ = try Allocator.hip() }
    switch error?.reason {
    case .noDriver(let looked): #expect(looked.contains("libamdhip64.so"))
    case .noDevice: break
    default: Issue.record("HIP: \(error?.description ?? "no error")")
    }
    #expect(error?.description.hasPrefix("HIP: ") == true && error?.description.contains("\n") == false)
  }

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device")) func aDriverWithoutADeviceIsNamed()
    async
  {
    await #expect(processExitsWith: .success) {
      let error = withEnvironment("CUDA_STAND_IN_FAIL", "cuDeviceGetCount:1:100") {
        #expect(throws: DeviceError.self) { _ = try TestDevice.cuda.device }
      }
      #expect(error == DeviceError(device: "CUDA", reason: .noDevice))
      let count = try withEnvironment("CUDA_STAND_IN_FAIL", "cuDeviceGetCount:1:0100") {
        try Device.count(of: .cuda)
      }
      #expect(count == 0)
      // What the driver says of any other refusal is said too.
      let refusal = withEnvironment("CUDA_STAND_IN_FAIL", "cuDeviceGetCount:1:3") {
        #expect(throws: DeviceError.self) { _ = try Device.count(of: .cuda) }
      }
      #expect(
        refusal?.description
          == "CUDA: cuDeviceGetCount reported error 3, CUDA_ERROR_NOT_INITIALIZED (initialization error)")
      let known = try Device.count(of: .cuda)
      #expect(known == 1)
    }
  }

  @Test(.enabled(if: TestDevice.hasCUDA, "no CUDA device")) func memoryThatIsNotThereIsRefused() throws {
    let device = try TestDevice.cuda.device
    let error = #expect(throws: AllocationError.self) {
      _ = try Allocation(byteCount: 1 << 50, allocator: .device(device))
    }
    #expect(
      error?.description
        == "allocator \"\(device)\" has no 1125899906842624 bytes: \(device): cuMemAlloc reported error 2, "
        + "CUDA_ERROR_OUT_OF_MEMORY (out of memory)")
  }

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device")) func nothingIsLeakedByWhatIsRefused()
    async
  {
    // In a process of its own: what the environment says, and what waits, is everybody's.
    await #expect(processExitsWith: .success) {
      let device = try TestDevice.cuda.device
      _ = try Allocation(byteCount: 100, allocator: .device(device))
      let calls = ["cuMemAlloc_v2", "cuMemsetD8Async"]
      for call in calls {
        for _ in 0..<20 {
          withEnvironment("CUDA_STAND_IN_FAIL", "\(call):1") {
            let error = #expect(throws: AllocationError.self) {
              _ = try Allocation(byteCount: 1 << 20, allocator: .device(device))
            }
            guard case .device(let problem) = error?.reason, case .call(_, let code, _) = problem.reason
            else {
              Issue.record("\(call): \(error?.description ?? "no error")")
              return
            }
            #expect(code == 2)
          }
          // A call in between, by which the stand-in learns that it is to count anew.
          _ = try Device.count(of: .cuda)
        }
      }
      // Without an event, the work is waited for in its place.
      try withEnvironment("CUDA_STAND_IN_FAIL", "cuEventRecord:1") {
        let allocation = try Allocation(byteCount: 100, allocator: .device(device))
        #expect(try !allocation.memoryOnDevice.hasPendingTransfers)
      }
      // All that the device has: what was refused before is there.
      try withEnvironment("CUDA_STAND_IN_MEMORY", "\(64 << 20)") {
        _ = try Allocation(byteCount: 60 << 20, allocator: .device(device))
      }
    }
  }

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device"))
  func memoryThatIsNotPinnedIsPageable() async {
    // In a process of its own: what the environment says, and what waits, is everybody's.
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      let device = try TestDevice.cuda.device
      try withEnvironment("CUDA_STAND_IN_FAIL", "cuMemHostAlloc:1:2") {
        _ = try Allocation(byteCount: 777, allocator: .pinned(device))
      }
      try withEnvironment("CUDA_STAND_IN_FAIL", "cuMemHostAlloc:1") {
        var memory = try Allocation(byteCount: 1000, allocator: .pinned(device))
        var bytes = memory.mutableSpan(as: UInt8.self)
        for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index) }
        let target = try DeviceMemory.holding([UInt8](repeating: 0, count: 1000), on: device)
        try device.queue.copy(byteCount: 1000, from: try memory.memoryOnDevice, to: target)
        #expect(try target.bytes(1000) == (0..<1000).map { UInt8(truncatingIfNeeded: $0) })
      }
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    let lines = said.split(separator: "\n").filter { $0.hasPrefix("halo: ") }
    #expect(lines.count == 1, "\(said)")
    #expect(
      lines.first?.contains("cuMemHostAlloc reported error 2, ") == true
        && lines.first?.contains(": 777 bytes were not pinned, ") == true)
  }

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device")) func aRefusedLaunchNamesItsCall()
    async
  {
    // In a process of its own: what the environment says, and what waits, is everybody's.
    await #expect(processExitsWith: .success) {
      let device = try TestDevice.cuda.device
      let memory = try DeviceMemory.holding([UInt8](repeating: 1, count: 100), on: device)
      let list = try DeviceCopyList(
        [.init(.pack(Layout(contiguous: [10, 2], itemSize: 4)[.all, 0]), source: 0, target: 1)], on: device)
      let target = try DeviceMemory.holding([UInt8](repeating: 2, count: 100), on: device)
      try device.queue.run(list, on: [memory, target])
      withEnvironment("CUDA_STAND_IN_FAIL", "cuLaunchKernel:1:701") {
        let error = #expect(throws: DeviceError.self) { try device.queue.run(list, on: [memory, target]) }
        #expect(error?.description.hasPrefix("\(device): cuLaunchKernel reported error 701, ") == true)
      }
      // Nothing was begun, so that nothing is amiss.
      try target.finalize()
      try device.queue.run(list, on: [memory, target])
      #expect(try target.bytes(50) == [UInt8](repeating: 1, count: 40) + [UInt8](repeating: 2, count: 10))
    }
  }

  // MARK: - What ends the process, or breaks the device for good

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device"))
  func aFaultOnTheDeviceIsTheMemorysOwn()
    async
  {
    await #expect(processExitsWith: .exitCode(7)) {
      let device = try TestDevice.cuda.device
      let memory = try DeviceMemory.holding([UInt8](repeating: 1, count: 100), on: device)
      _ = unsafe setenv("CUDA_STAND_IN_FAIL", "work:1:700", 1)
      try device.queue.fill(memory, byteCount: 100, with: 3)
      for _ in 0..<2 {
        do {
          try memory.finalize()
          exit(1)
        } catch let error as DeviceError {
          let expected =
            "\(device): cuEventSynchronize reported error 700, CUDA_ERROR_ILLEGAL_ADDRESS (an illegal memory access was "
            + "encountered)"
          if error.description != expected { exit(2) }
        }
      }
      exit(7)
    }
  }

  @Test(arguments: TestDevice.all) func theProcessorCannotLookAtADevicesMemory(of which: TestDevice) async {
    switch which {
    case .opencl: await #expect(processExitsWith: .failure) { try touch(.opencl) }
    case .cuda: await #expect(processExitsWith: .failure) { try touch(.cuda) }
    }
  }

  @Test(.enabled(if: TestDevice.hasOpenCL, "no OpenCL device")) func aSpanOfADevicesMemoryIsRefused()
    async throws
  {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let allocation = try Allocation(byteCount: 80, allocator: .device(TestDevice.opencl.device))
      print(allocation.span(as: Double.self)[0])
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("bytes in memory of OpenCL device 0"))
    #expect(said.contains("which the processor cannot touch"))
  }

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device")) func aMissingWaitIsFound()
    async throws
  {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = unsafe setenv("HALO_CHECK_TRANSFERS", "1", 1)
      try copyBehindItsBack(waiting: false)
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("were handed to MPI while a copy may still be on its way"))
    await #expect(processExitsWith: .success) {
      _ = unsafe setenv("HALO_CHECK_TRANSFERS", "1", 1)
      try copyBehindItsBack(waiting: true)
    }
  }
}

private func touch(_ which: TestDevice) throws {
  let memory = try DeviceMemory.holding([1, 2, 3, 4], on: which.device)
  let address = unsafe UnsafePointer<UInt8>(bitPattern: memory.address)
  print(unsafe address?.pointee ?? 0)
}

private func copyBehindItsBack(waiting: Bool) throws {
  let device = try TestDevice.cuda.device
  let source = try DeviceMemory.holding([UInt8](repeating: 1, count: 100), on: device)
  let pinned = try Allocation(byteCount: 100, allocator: .pinned(device))
  let target = try pinned.memoryOnDevice
  try device.queue.copyUntracked(byteCount: 100, from: source, at: 0, to: target, at: 0)
  if waiting {
    let event = try DeviceEvent(on: device)
    try event.record(on: device.queue)
    try event.wait()
  }
  target.requireNoUntrackedTransfer(before: "handed to MPI")
}
