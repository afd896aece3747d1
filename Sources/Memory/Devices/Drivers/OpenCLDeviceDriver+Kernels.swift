internal import CAccelerators
import Strided
import Synchronization

extension OpenCLDeviceDriver {
  private static let invalidKernelName: opencl_result = -46
  // Of an argument: not a memory, or another size than the parameter's.
  private static let invalidArguments: [opencl_result] = [-38, -50, -51]

  func loadKernel(_ name: String, from code: KernelCode) throws(DeviceError) -> DriverKernel {
    guard let source = code.source else { throw code.lacks("OpenCL C source", for: name, on: label) }
    let program = unsafe try makeProgram(source)
    defer { _ = unsafe driver.pointee.clReleaseProgram(program) }
    var device = unsafe device
    let options = code.options.joined(separator: " ")
    let built = unsafe driver.pointee.clBuildProgram(program, 1, &device, options, nil, nil)
    guard built == 0 else { throw unsafe buildError(built, of: name, in: program) }
    var result: opencl_result = 0
    let kernel = unsafe driver.pointee.clCreateKernel(program, name, &result)
    guard result != Self.invalidKernelName else {
      throw DeviceError(device: label, reason: .noSuchKernel(name))
    }
    try check(result, "clCreateKernel")
    var count: UInt32 = 0
    try check(
      unsafe driver.pointee.clGetKernelInfo(
        kernel, UInt32(OPENCL_KERNEL_ARGUMENT_COUNT), MemoryLayout<UInt32>.size, &count, nil),
      "clGetKernelInfo")
    return DriverKernel(name, DriverHandle(bits: UInt(bitPattern: kernel)), parameterCount: Int(count))
  }

  private func makeProgram(_ source: String) throws(DeviceError) -> opencl_program? {
    var result: opencl_result = 0
    let program = unsafe source.withCString { text in
      var text: UnsafePointer<CChar>? = unsafe text
      return unsafe driver.pointee.clCreateProgramWithSource(context, 1, &text, nil, &result)
    }
    try check(result, "clCreateProgramWithSource")
    return unsafe program
  }

  private func buildError(_ result: opencl_result, of kernel: String, in program: opencl_program?)
    -> DeviceError
  {
    let what = UInt32(OPENCL_PROGRAM_BUILD_LOG)
    var size = 0
    _ = unsafe driver.pointee.clGetProgramBuildInfo(program, device, what, 0, nil, &size)
    var log = [CChar](repeating: 0, count: size + 1)
    _ = unsafe driver.pointee.clGetProgramBuildInfo(program, device, what, size, &log, nil)
    let problem = log[0] == 0 ? unsafe String(cString: opencl_error_name(result)) : log.firstError
    return DeviceError(device: label, reason: .kernel(kernel, problem: problem))
  }

  func launch(
    _ kernel: DriverKernel, blocks: PerAxis, threads: PerAxis, arguments: [DriverArgument],
    on queue: DriverHandle
  ) throws(DeviceError) {
    var (all, block) = ([Int](repeating: 1, count: 3), [Int](repeating: 1, count: 3))
    for axis in threads.indices { block[axis] = threads[axis] }
    for axis in 0..<3 { all[axis] = block[axis] * (axis < blocks.count ? blocks[axis] : 1) }
    var parts: [DriverHandle] = []
    // The kernel's work keeps them until it is done.
    defer { for part in parts { _ = unsafe driver.pointee.clReleaseMemObject(part.memory) } }
    try kernel.turn.withLock { _ throws(DeviceError) in
      for (number, argument) in arguments.enumerated() {
        switch argument {
        case .value(let bits, let byteCount): try set(number, of: kernel, to: bits, byteCount, "a number")
        case .memory(var memory, let offset, let byteCount):
          if offset > 0 {
            memory = try makePart(of: memory, opencl_buffer_region(origin: offset, bytes: byteCount))
            parts.append(memory)
          }
          try set(number, of: kernel, to: UInt64(memory.bits), MemoryLayout<UInt>.size, "a memory object")
        }
      }
      try check(
        unsafe driver.pointee.clEnqueueNDRangeKernel(
          queue.queue, kernel.handle.kernel, 3, nil, &all, &block, 0, nil, nil), "clEnqueueNDRangeKernel")
    }
  }

  private func makePart(
    of memory: DriverHandle, _ region: opencl_buffer_region
  ) throws(DeviceError) -> DriverHandle {
    var result: opencl_result = 0
    let part = unsafe withUnsafePointer(to: region) {
      unsafe driver.pointee.clCreateSubBuffer(memory.memory, 0, UInt32(OPENCL_BUFFER_REGION), $0, &result)
    }
    try check(result, "clCreateSubBuffer")
    return DriverHandle(bits: UInt(bitPattern: part))
  }

  /// Sets an argument to the lowest bytes of a word.
  private func set(
    _ number: Int, of kernel: DriverKernel, to word: UInt64, _ byteCount: Int, _ what: String
  ) throws(DeviceError) {
    var word = word.littleEndian
    let result = unsafe driver.pointee.clSetKernelArg(
      kernel.handle.kernel, UInt32(number), byteCount, &word)
    guard !Self.invalidArguments.contains(result) else {
      throw DeviceError(
        device: label,
        reason: .mismatch(
          "argument \(number) of kernel '\(kernel.name)'", expected: "what its parameter is declared as",
          found: "\(what) of \(byteCount) bytes"))
    }
    try check(result, "clSetKernelArg")
  }
}
