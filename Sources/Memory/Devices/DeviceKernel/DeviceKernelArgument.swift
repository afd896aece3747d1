/// What a ``DeviceKernel`` can be given: memory of its device, and numbers of a size that the kernel declares too.
///
/// | Swift | OpenCL C | CUDA, HIP |
/// |---|---|---|
/// | ``DeviceMemory``, ``DevicePointer`` | `__global T *` | `T *` |
/// | `Int8`, `Int16`, `Int32`, `Int64` | `char`, `short`, `int`, `long` | `int8_t` … `int64_t` |
/// | `UInt8`, `UInt16`, `UInt32`, `UInt64` | `uchar`, `ushort`, `uint`, `ulong` | `uint8_t` … `uint64_t` |
/// | `Float`, `Double` | `float`, `double` | the same |
///
/// `Int` is not among them, so that `5` has to say what it is: `Int32(5)`. A type of your own may return the value of
/// one of these.
public protocol DeviceKernelArgument {
  /// What is handed to the kernel.
  var deviceKernelValue: DeviceKernelValue { get }
}

/// What is handed to a kernel: a pointer, or the bits of a number.
public struct DeviceKernelValue: Sendable {
  enum Content {
    case pointer(DevicePointer)
    case bits(UInt64, byteCount: Int)
  }

  let content: Content
}

extension DeviceKernelArgument where Self: FixedWidthInteger {
  /// The number's bits.
  public var deviceKernelValue: DeviceKernelValue {
    DeviceKernelValue(
      content: .bits(UInt64(truncatingIfNeeded: self), byteCount: MemoryLayout<Self>.size))
  }
}

extension Int8: DeviceKernelArgument {}
extension Int16: DeviceKernelArgument {}
extension Int32: DeviceKernelArgument {}
extension Int64: DeviceKernelArgument {}
extension UInt8: DeviceKernelArgument {}
extension UInt16: DeviceKernelArgument {}
extension UInt32: DeviceKernelArgument {}
extension UInt64: DeviceKernelArgument {}

extension Float: DeviceKernelArgument {
  /// The number's bits.
  public var deviceKernelValue: DeviceKernelValue { bitPattern.deviceKernelValue }
}

extension Double: DeviceKernelArgument {
  /// The number's bits.
  public var deviceKernelValue: DeviceKernelValue { bitPattern.deviceKernelValue }
}

extension DeviceMemory: DeviceKernelArgument {
  /// The address of the first byte.
  public var deviceKernelValue: DeviceKernelValue { pointer(at: 0).deviceKernelValue }
}

extension DevicePointer: DeviceKernelArgument {
  /// The address of the place.
  public var deviceKernelValue: DeviceKernelValue { DeviceKernelValue(content: .pointer(self)) }
}
