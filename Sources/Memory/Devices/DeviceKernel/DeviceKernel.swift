/// A kernel of the program's own, ready to be launched on a device's queues.
///
///     let text = """
///       __kernel void scale(__global double *values, int count, double factor) {
///         int i = get_global_id(0);
///         if (i < count) values[i] *= factor;
///       }
///       """
///     let scale = try DeviceKernel("scale", source: text, on: .opencl())
///     try queue.launch(scale, blocks: [8], threads: [128], memory, Int32(1000), 0.5)
///
/// OpenCL takes OpenCL C, HIP takes the source of HIP (compiled by hipRTC, the kernel `extern "C"`), CUDA takes PTX (what
/// `nvcc --ptx` or `clang --cuda-device-only -S` make). A program for all of them gives the source and the PTX.
///
/// A program that launches its kernels by the driver's own calls needs none of this: it adopts its stream by
/// ``DeviceQueue/adopting(stream:of:)`` and its memory by ``DeviceMemory/adopting(cudaAddress:byteCount:)``.
public struct DeviceKernel: Sendable {
  /// The device that it was compiled for.
  public let device: Device

  /// Its name in the text.
  public let name: String

  let loaded: DriverKernel

  /// Compiles a kernel, or finds the one that was compiled before from the same text.
  ///
  /// It stays loaded as long as the device is open: until the process ends.
  ///
  /// - Parameters:
  ///   - name: The kernel's name in the text.
  ///   - source: OpenCL C or HIP, as the device takes it; `nil` where only CUDA's devices are meant.
  ///   - options: For the source's compiler, such as `-DWIDTH=3`.
  ///   - ptx: The text for CUDA; `nil` where none of its devices is meant.
  ///   - device: What to compile for.
  /// - Throws: ``DeviceError``: no text that the device takes; what the compiler says, in one line; no kernel of that
  ///   name.
  /// - Complexity: The compiler's time, but for text that the device has compiled before.
  public init(
    _ name: String, source: String? = nil, options: [String] = [], ptx: String? = nil, on device: Device
  ) throws(DeviceError) {
    let code = KernelCode(source: source, options: options, ptx: ptx)
    loaded = try device.kernels.kernel(name, code, by: device.driver)
    self.device = device
    self.name = name
  }

  /// The arguments as the driver takes them.
  func checked(_ values: [DeviceKernelValue]) throws(DeviceError) -> [DriverArgument] {
    if let count = loaded.parameterCount, count != values.count {
      throw mismatch("arguments", expected: "\(count)", found: "\(values.count)")
    }
    var arguments: [DriverArgument] = []
    for (number, value) in values.enumerated() {
      let argument = try driverArgument(value, number)
      if let bytes = loaded.parameterBytes?[number], bytes != argument.byteCount {
        throw mismatch("argument \(number)", expected: "\(bytes) bytes", found: "\(argument.byteCount)")
      }
      arguments.append(argument)
    }
    return arguments
  }

  private func driverArgument(_ value: DeviceKernelValue, _ number: Int) throws(DeviceError) -> DriverArgument
  {
    switch value.content {
    case .bits(let bits, let byteCount): return .value(bits, byteCount: byteCount)
    case .pointer(let pointer):
      let memory = pointer.memory
      guard memory.device === device else {
        fatalError("Memory: kernel '\(name)' on \(device) was given \(memory.space)")
      }
      guard let handle = memory.kernelHandle else {
        throw mismatch(
          "argument \(number)", expected: "memory that kernels of the device reach",
          found: "\(memory.space)")
      }
      return .memory(
        handle, offset: pointer.byteOffset, byteCount: memory.byteCount - pointer.byteOffset)
    }
  }

  private func mismatch(_ what: String, expected: String, found: String) -> DeviceError {
    DeviceError(
      device: device.description,
      reason: .mismatch("\(what) of kernel '\(name)'", expected: expected, found: found))
  }
}
