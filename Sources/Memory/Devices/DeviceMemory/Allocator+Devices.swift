extension Allocator {
  /// Memory of a device, aligned to at least 128 bytes.
  ///
  /// The processor must not touch it: spans and views of it trap.
  public static func device(_ device: Device) -> Allocator { device.allocator(isPinned: false) }

  /// Memory of the process that a device copies to and from by itself, without the processor and at full speed.
  ///
  /// Where the driver refuses to pin memory, ordinary memory is used in its place; that is said once on the standard
  /// error output.
  public static func pinned(_ device: Device) -> Allocator { device.allocator(isPinned: true) }

  /// Memory of a CUDA device: ``device(_:)`` of ``Device/cuda(_:)``.
  ///
  /// - Throws: ``DeviceError``: no driver, no device, no such number.
  public static func cuda(_ index: Int = 0) throws(DeviceError) -> Allocator { .device(try .cuda(index)) }

  /// Memory of a HIP device: ``device(_:)`` of ``Device/hip(_:)``.
  ///
  /// - Throws: ``DeviceError``: no driver, no device, no such number.
  public static func hip(_ index: Int = 0) throws(DeviceError) -> Allocator { .device(try .hip(index)) }

  /// Memory of an OpenCL device: ``device(_:)`` of ``Device/opencl(_:)``.
  ///
  /// - Throws: ``DeviceError``: no driver, no device, no such number.
  public static func opencl(_ index: Int = 0) throws(DeviceError) -> Allocator { .device(try .opencl(index)) }

  /// Where the allocator's memory lies, and who reaches it.
  public var space: MemorySpace { implementation.space }
}
