public import Strided

extension DeviceQueue {
  /// Launches a kernel; returns at once.
  ///
  /// It runs after all that the queue was given before, and after all transfers that were begun before with one of the
  /// memories it is given, on whatever queue; and what is begun with them afterwards comes after it.
  ///
  ///     try queue.launch(spread, blocks: [4, 64], threads: [32, 4], u, v, Int32(extent), 0.125)
  ///
  /// - Parameters:
  ///   - kernel: What to run. Traps if it is of another device.
  ///   - blocks: How many blocks of threads (work-groups), the axis that varies fastest first, as in CUDA; axes left out
  ///     are 1. Where one is 0, nothing is launched. Traps for more than 3 axes.
  ///   - threads: How many threads (work-items) each block has, in the same order.
  ///   - arguments: One for each of the kernel's parameters. Traps for memory of another device.
  /// - Throws: ``DeviceError``: another number of arguments than the kernel has parameters, or another size of one, as
  ///   far as the driver can tell (OpenCL, and CUDA from 12.4 on); memory that kernels do not reach; a driver that
  ///   refuses. Nothing is begun then.
  public func launch(
    _ kernel: DeviceKernel, blocks: PerAxis, threads: PerAxis, _ arguments: any DeviceKernelArgument...
  ) throws(DeviceError) {
    try launch(kernel, blocks: blocks, threads: threads, arguments: arguments)
  }

  /// Launches a kernel with a list of arguments; otherwise as ``launch(_:blocks:threads:_:)``.
  public func launch(
    _ kernel: DeviceKernel, blocks: PerAxis, threads: PerAxis, arguments: [any DeviceKernelArgument]
  ) throws(DeviceError) {
    requireDevice(kernel.device)
    Self.requireExtents(blocks, atLeast: 0, "blocks", kernel)
    Self.requireExtents(threads, atLeast: 1, "threads", kernel)
    let values = arguments.map(\.deviceKernelValue)
    let checked = try kernel.checked(values)
    guard !blocks.contains(0) else { return }
    try begin(values.compactMap(\.memory)) { driver, queue throws(DeviceError) in
      try driver.launch(kernel.loaded, blocks: blocks, threads: threads, arguments: checked, on: queue)
    }
  }

  private static func requireExtents(
    _ extents: PerAxis, atLeast least: Int, _ what: String, _ kernel: DeviceKernel
  ) {
    guard (1...3).contains(extents.count), extents.allSatisfy({ $0 >= least }) else {
      fatalError(
        "Memory: kernel '\(kernel.name)' was to run in \(extents) \(what): 1 to 3 axes, each at least \(least)"
      )
    }
  }
}

extension DeviceKernelValue {
  fileprivate var memory: DeviceMemory? {
    guard case .pointer(let pointer) = content else { return nil }
    return pointer.memory
  }
}
