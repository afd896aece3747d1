import DeviceTesting
import Glibc
import Memory
import Strided
import Testing

/// Kernels of a program's own: what they are given, when they run, and what is said of wrong ones.
@Suite(.serialized) struct DeviceKernelTests {
  @Test(arguments: TestDevice.all) func everyTypeOfArgumentArrives(on which: TestDevice) throws {
    let device = try which.device
    let memory = try DeviceMemory.holding([UInt8](repeating: 0x77, count: 88), on: device)
    try device.queue.launch(
      kernel("record", on: device), blocks: [1], threads: [1], memory, Int8(-5), Int16(-300), Int32(-70_000),
      Int64.min, UInt8(200), UInt16(65_000), UInt32(4_000_000_000), UInt64.max, Float(-0.1), 1.0 / 3)
    var words = [Int64](repeating: 0, count: 11)
    var span = words.mutableSpan
    try device.queue.copy(from: memory, to: &span)
    #expect(words.prefix(8) == [-5, -300, -70_000, .min, 200, 65_000, 4_000_000_000, -1])
    #expect(UInt32(truncatingIfNeeded: words[8]) == Float(-0.1).bitPattern)
    #expect(words[8] >> 32 == 0x7777_7777 && words[10] == 0x7777_7777_7777_7777)
    #expect(UInt64(bitPattern: words[9]) == (1.0 / 3).bitPattern)
  }

  @Test(arguments: TestDevice.all) func blocksAndThreadsHaveUpToThreeAxes(on which: TestDevice) throws {
    let device = try which.device
    let place = try kernel("place", on: device)
    for (blocks, threads): (PerAxis, PerAxis) in [
      ([3, 2, 5], [4, 3, 2]), ([7], [5]), ([2, 3], [8]), ([6], [2, 4, 3]), ([1, 1, 2], [3, 1, 1]),
    ] {
      let extents = (0..<3).map {
        ($0 < blocks.count ? blocks[$0] : 1) * ($0 < threads.count ? threads[$0] : 1)
      }
      let count = extents.reduce(1, *)
      let memory = try DeviceMemory.holding([UInt8](repeating: 0, count: 4 * count), on: device)
      try device.queue.launch(
        place, blocks: blocks, threads: threads, memory, Int32(extents[0]), Int32(extents[1]))
      let expected = (0..<count).map {
        Int32(
          10_000 * ($0 / extents[0] / extents[1]) + 100 * ($0 / extents[0] % extents[1]) + $0 % extents[0])
      }
      #expect(try integers(memory, count) == expected, "\(blocks) blocks of \(threads) threads")
    }
  }

  @Test(arguments: TestDevice.all) func aKernelIsGivenAPlaceInMemory(on which: TestDevice) throws {
    let device = try which.device
    let memory = try DeviceMemory.holding([UInt8](repeating: 0, count: 4 * 100), on: device)
    let add = try kernel("add", on: device)
    try device.queue.launch(add, blocks: [1], threads: [64], memory.pointer(at: 128), Int32(40), Int32(-7))
    // The part that begins there has an end of its own, behind which the list of arguments is none of the kernel's.
    try device.queue.launch(
      add, blocks: [1], threads: [64], arguments: [memory.pointer(at: 256), Int32(36), Int32(1)])
    let expected = (0..<100).map { ((32..<72) ~= $0 ? Int32(-7) : 0) + ($0 >= 64 ? 1 : 0) }
    #expect(try integers(memory, 100) == expected)
  }

  @Test(arguments: TestDevice.all) func nothingIsLaunchedWhereThereAreNoBlocks(on which: TestDevice) throws {
    let device = try which.device
    let memory = try DeviceMemory.holding([1, 0, 0, 0], on: device)
    try device.queue.launch(
      kernel("add", on: device), blocks: [4, 0], threads: [8], memory, Int32(1), Int32(1))
    #expect(try integers(memory, 1) == [1])
  }

  /// Fills, copies and launches with the same memories on three queues: as if there were one.
  @Test(arguments: TestDevice.all) func launchesAndTransfersKeepTheirOrder(on which: TestDevice) throws {
    let device = try which.device
    let add = try kernel("add", on: device)
    let queues = try (0..<3).map { _ in try DeviceQueue(on: device) }
    let (one, other) = (
      try DeviceMemory.holding([UInt8](repeating: 0, count: 4096), on: device),
      try DeviceMemory.holding([UInt8](repeating: 0, count: 4096), on: device)
    )
    var expected: Int32 = 0
    for step in 0..<20 {
      let value = UInt8(step)
      try queues[0].fill(one, byteCount: 4096, with: value)
      try queues[1].launch(add, blocks: [16], threads: [64], one, Int32(1024), Int32(step))
      try queues[2].copy(byteCount: 4096, from: one, to: other)
      try queues[1].launch(add, blocks: [8], threads: [128], other, Int32(1024), Int32(-3))
      expected = Int32(value) * 0x0101_0101 + Int32(step) - 3
    }
    #expect(try integers(other, 1024) == [Int32](repeating: expected, count: 1024))
    #expect(try integers(one, 1024) == [Int32](repeating: expected + 3, count: 1024))
  }

  @Test(arguments: TestDevice.all) func numbersAreRoundedAsTheProcessorRoundsThem(on which: TestDevice) throws
  {
    let device = try which.device
    let (a, b) = ((0..<64).map { 1 + Double($0) / 3e9 }, (0..<64).map { -1 + Double($0) / 7e8 })
    let memories = try [a, b].map { numbers in
      let memory = try DeviceMemory.holding([UInt8](repeating: 0, count: 512), on: device)
      try device.queue.copy(numbers.span, to: memory)
      return memory
    }
    let target = try DeviceMemory.holding([UInt8](repeating: 0, count: 1024), on: device)
    try device.queue.launch(
      kernel("product", on: device), blocks: [2], threads: [32], memories[0], memories[1], target)
    var found = [Double](repeating: 0, count: 128)
    var span = found.mutableSpan
    try device.queue.copy(from: target, to: &span)
    var areTold = false
    for index in a.indices {
      let (apart, fused) = (a[index] * b[index] + 1, 1.0.addingProduct(a[index], b[index]))
      areTold = areTold || apart != fused
      #expect(found[2 * index] == apart && found[2 * index + 1] == fused, "number \(index)")
    }
    #expect(areTold)
  }

  // MARK: - What is wrong

  @Test(arguments: TestDevice.all) func whatTheCompilerSaysIsOneLine(of which: TestDevice) throws {
    let device = try which.device
    let error = #expect(throws: DeviceError.self) {
      _ = try DeviceKernel(
        "broken",
        source: "// Its second line is wrong.\n__kernel void broken(__global int *a) { a[0] = wrong; }",
        ptx: ".version 4.2\n.visible .entry broken()\n{\n  wrong.s32 %r1, %r2;\n}", on: device)
    }
    guard case .kernel("broken", let problem) = error?.reason else {
      Issue.record("\(error?.description ?? "no error")")
      return
    }
    #expect(problem.contains("wrong") && !problem.contains("\n"), "\(problem)")
    #expect(error?.description == "\(device): kernel 'broken' was not compiled: \(problem)")
  }

  @Test(arguments: TestDevice.all) func aKernelThatIsNotThereIsNamed(on which: TestDevice) throws {
    let device = try which.device
    #expect(throws: DeviceError(device: device.description, reason: .noSuchKernel("subtract"))) {
      _ = try kernel("subtract", on: device)
    }
  }

  @Test(arguments: TestDevice.all) func textThatTheDeviceDoesNotTakeIsRefused(by which: TestDevice) throws {
    let device = try which.device
    let error = #expect(throws: DeviceError.self) {
      switch which {
      case .opencl: _ = try DeviceKernel("add", ptx: TestKernels.ptx, on: device)
      case .cuda: _ = try DeviceKernel("add", source: TestKernels.openCL, on: device)
      }
    }
    let said =
      which == .opencl ? "expected OpenCL C source, found PTX" : "expected PTX, found source"
    #expect(error?.description == "\(device), the code of kernel 'add': \(said)")
    #expect(throws: DeviceError.self) { _ = try DeviceKernel("add", on: device) }
  }

  @Test(arguments: TestDevice.all) func wrongArgumentsAreCounted(on which: TestDevice) throws {
    let device = try which.device
    let add = try kernel("add", on: device)
    let memory = try DeviceMemory.holding([1, 0, 0, 0], on: device)
    for arguments: [any DeviceKernelArgument] in [
      [], [memory, Int32(1)], [memory, Int32(1), Int32(1), Int32(1)],
    ] {
      let error = #expect(throws: DeviceError.self) {
        try device.queue.launch(add, blocks: [1], threads: [1], arguments: arguments)
      }
      #expect(
        error?.description
          == "\(device), arguments of kernel 'add': expected 3, found \(arguments.count)")
    }
    let error = #expect(throws: DeviceError.self) {
      try device.queue.launch(add, blocks: [1], threads: [1], memory, Int64(1), Int32(1))
    }
    let said =
      which == .cuda
      ? "expected 4 bytes, found 8" : "expected what its parameter is declared as, found a number of 8 bytes"
    #expect(error?.description == "\(device), argument 1 of kernel 'add': \(said)")
    #expect(try integers(memory, 1) == [1])
  }

  @Test(arguments: TestDevice.all) func moreThreadsThanABlockCanHaveAreRefused(by which: TestDevice) throws {
    let device = try which.device
    let memory = try DeviceMemory.holding([1, 0, 0, 0], on: device)
    let error = #expect(throws: DeviceError.self) {
      try device.queue.launch(
        kernel("add", on: device), blocks: [1], threads: [1 << 24], memory, Int32(1), Int32(1))
    }
    guard case .call = error?.reason else {
      Issue.record("\(error?.description ?? "no error")")
      return
    }
    #expect(try integers(memory, 1) == [1])
  }

  @Test(arguments: TestDevice.all) func pinnedMemoryIsReachedOrRefused(by which: TestDevice) throws {
    let device = try which.device
    let pinned = try Allocation(byteCount: 400, allocator: .pinned(device))
    let launch = {
      try device.queue.launch(
        kernel("add", on: device), blocks: [4], threads: [32], try pinned.memoryOnDevice, Int32(100),
        Int32(3))
    }
    guard device.kernelsReachPinnedMemory else {
      let error = #expect(throws: DeviceError.self) { try launch() }
      #expect(
        error?.description.hasSuffix(
          "expected memory that kernels of the device reach, found memory pinned for \(device)") == true)
      return
    }
    try launch()
    let found = pinned.span(as: Int32.self)
    for index in found.indices { #expect(found[index] == 3) }
  }

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device")) func textIsCompiledOnce() async {
    // In a process of its own: what the environment says, and what waits, is everybody's.
    await #expect(processExitsWith: .success) {
      let device = try TestDevice.cuda.device
      _ = try kernel("add", on: device)
      try withEnvironment("CUDA_STAND_IN_FAIL", "cuModuleLoadDataEx:1") {
        _ = try kernel("add", on: device)
        let error = #expect(throws: DeviceError.self) { _ = try kernel("place", on: device) }
        #expect(error?.description.contains("cuModuleLoadDataEx reported error 2, ") == true)
      }
      // What was refused is not kept.
      _ = try kernel("place", on: device)
    }
  }

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device")) func aFaultIsTheMemorysOwn() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let device = try TestDevice.cuda.device
      let memory = try DeviceMemory.holding([UInt8](repeating: 1, count: 100), on: device)
      try device.queue.launch(
        kernel("add", on: device), blocks: [1], threads: [26], memory, Int32(26), Int32(1))
      do {
        try memory.finalize()
      } catch let error as DeviceError {
        exit(error.description.contains("CUDA_ERROR_ILLEGAL_ADDRESS") ? 7 : 1)
      }
    }
  }
}

private func kernel(_ name: String, on device: Device) throws -> DeviceKernel {
  try DeviceKernel(name, source: TestKernels.openCL, ptx: TestKernels.ptx, on: device)
}

private func integers(_ memory: DeviceMemory, _ count: Int) throws -> [Int32] {
  var numbers = [Int32](repeating: -1, count: count)
  var span = numbers.mutableSpan
  try memory.device.queue.copy(from: memory, to: &span)
  return numbers
}
