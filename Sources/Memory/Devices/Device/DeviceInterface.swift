/// The kind of driver that a device is reached through.
public enum DeviceInterface: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// NVIDIA's driver, `libcuda.so.1`.
  case cuda = "CUDA"
  /// AMD's runtime, `libamdhip64.so`.
  case hip = "HIP"
  /// Any vendor's OpenCL driver, `libOpenCL.so.1`.
  case opencl = "OpenCL"

  /// The name as its makers write it.
  public var description: String { rawValue }
}
