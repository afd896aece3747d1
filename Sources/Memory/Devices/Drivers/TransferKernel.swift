internal import CAccelerators

/// What a launch does with a table of regions.
enum TransferKernel: Int, CaseIterable {
  /// Copies.
  case copying
  /// Combines the source of each into its target.
  case combining

  /// The name of the kernel in all its forms.
  var name: String {
    switch self {
    case .copying: TRANSFER_KERNEL_NAME
    case .combining: TRANSFER_COMBINING_KERNEL_NAME
    }
  }

  /// The text that every driver finds its form in.
  static var code: KernelCode {
    unsafe KernelCode(
      source: String(cString: transfer_kernel_source()), ptx: String(cString: transfer_kernel_ptx()))
  }
}

/// The kernels that a driver has loaded, each when it is first needed.
struct LoadedTransferKernels {
  private var handles: InlineArray<2, DriverHandle> = [.none, .none]

  mutating func handle(
    of kernel: TransferKernel, load: () throws(DeviceError) -> DriverKernel
  ) throws(DeviceError) -> DriverHandle {
    if handles[kernel.rawValue] == .none { handles[kernel.rawValue] = try load().handle }
    return handles[kernel.rawValue]
  }
}
