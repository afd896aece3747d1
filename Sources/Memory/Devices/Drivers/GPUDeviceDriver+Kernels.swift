internal import CAccelerators
import Strided

extension GPUDeviceDriver {
  private static let notFound: gpu_result = 500
  private static let logBytes = 4096

  func loadKernel(_ name: String, from code: KernelCode) throws(DeviceError) -> DriverKernel {
    try withContext { calls throws(DeviceError) in
      let module = unsafe try interface == .hip ? hipModule(name, code) : cudaModule(name, code)
      var function: gpu_function?
      let result = unsafe calls.moduleGetFunction(&function, module, name)
      guard result != Self.notFound else { throw DeviceError(device: label, reason: .noSuchKernel(name)) }
      try check(result, "cuModuleGetFunction", "hipModuleGetFunction")
      let sizes = unsafe parameterBytes(of: function)
      return DriverKernel(
        name, DriverHandle(bits: UInt(bitPattern: function)), parameterCount: sizes?.count,
        parameterBytes: sizes)
    }
  }

  private func hipModule(_ name: String, _ code: KernelCode) throws(DeviceError) -> gpu_module? {
    guard let source = code.source else { throw code.lacks("HIP source", for: name, on: label) }
    // Without it hipRTC looks for the device by itself, and several releases do not find it.
    let target = architecture.map { ["--offload-arch=\($0)"] } ?? []
    let binary = try HIPCompiler.compiled(
      source, options: target + code.options, kernel: name, device: label)
    var module: gpu_module?
    let result = unsafe binary.withUnsafeBytes {
      unsafe driver.pointee.moduleLoadData(&module, $0.baseAddress)
    }
    try check(result, "", "hipModuleLoadData")
    return unsafe module
  }

  private func cudaModule(_ name: String, _ code: KernelCode) throws(DeviceError) -> gpu_module? {
    guard let ptx = code.ptx else { throw code.lacks("PTX", for: name, on: label) }
    var module: gpu_module?
    var log = [CChar](repeating: 0, count: Self.logBytes)
    var options = [Int32(GPU_JIT_ERROR_LOG), Int32(GPU_JIT_ERROR_LOG_BYTES)]
    let result = unsafe log.withUnsafeMutableBytes { log in
      var values = unsafe [log.baseAddress, UnsafeMutableRawPointer(bitPattern: log.count - 1)]
      return unsafe driver.pointee.moduleLoadDataEx(&module, ptx, 2, &options, &values)
    }
    guard result == 0 || log[0] == 0 else {
      throw DeviceError(device: label, reason: .kernel(name, problem: log.firstError))
    }
    try check(result, "cuModuleLoadDataEx", "")
    return unsafe module
  }

  /// The bytes of each parameter; `nil` for HIP, and CUDA's drivers before 12.4.
  private func parameterBytes(of function: gpu_function?) -> [Int]? {
    guard let ask = unsafe driver.pointee.cuFuncGetParamInfo else { return nil }
    var sizes: [Int] = []
    var (offset, size) = (0, 0)
    while unsafe ask(function, sizes.count, &offset, &size) == 0 { sizes.append(size) }
    return sizes
  }

  func launch(
    _ kernel: DriverKernel, blocks: PerAxis, threads: PerAxis, arguments: [DriverArgument],
    on queue: DriverHandle
  ) throws(DeviceError) {
    func axis(_ number: Int, of extents: PerAxis) -> UInt32 {
      number < extents.count ? UInt32(clamping: extents[number]) : 1
    }
    try withContext { calls throws(DeviceError) in
      let result = unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: arguments.count) { words in
        unsafe withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: arguments.count) {
          places in
          for (number, argument) in arguments.enumerated() {
            unsafe words.initializeElement(at: number, to: argument.word)
            unsafe places.initializeElement(
              at: number, to: words.baseAddress.map { unsafe .init($0 + number) })
          }
          return unsafe calls.launchKernel(
            kernel.handle.function, axis(0, of: blocks), axis(1, of: blocks), axis(2, of: blocks),
            axis(0, of: threads), axis(1, of: threads), axis(2, of: threads), 0, queue.stream,
            places.baseAddress, nil)
        }
      }
      try check(result, "cuLaunchKernel", "hipModuleLaunchKernel")
    }
  }
}

extension DriverArgument {
  /// What the driver copies the parameter's bytes from.
  fileprivate var word: UInt64 {
    switch self {
    case .memory(let memory, let offset, _): UInt64(memory.bits) + UInt64(offset)
    case .value(let bits, _): bits.littleEndian
    }
  }
}

extension KernelCode {
  /// The error of code that a device cannot take.
  func lacks(_ language: String, for kernel: String, on device: String) -> DeviceError {
    let found = [source == nil ? nil : "source", ptx == nil ? nil : "PTX"].compactMap { $0 }
    return DeviceError(
      device: device,
      reason: .mismatch(
        "the code of kernel '\(kernel)'", expected: language,
        found: found.isEmpty ? "none" : found.joined(separator: " and ")))
  }
}
