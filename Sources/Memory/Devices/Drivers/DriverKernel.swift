import Synchronization

/// A kernel that a driver has compiled or loaded.
final class DriverKernel: Sendable {
  let name: String
  let handle: DriverHandle

  /// How many parameters it has; `nil` where the driver cannot tell.
  let parameterCount: Int?

  /// The bytes of each parameter; `nil` where the driver cannot tell.
  let parameterBytes: [Int]?

  /// One thread at a time, where arguments are set one by one before the kernel runs.
  let turn = Mutex(())

  init(_ name: String, _ handle: DriverHandle, parameterCount: Int?, parameterBytes: [Int]? = nil) {
    self.name = name
    self.handle = handle
    self.parameterCount = parameterCount
    self.parameterBytes = parameterBytes
  }
}

/// What a driver hands to a kernel.
enum DriverArgument: Sendable {
  /// An address: bytes from a memory's first one, and how many there are from there on.
  case memory(DriverHandle, offset: Int, byteCount: Int)
  /// The lowest bytes of a word.
  case value(UInt64, byteCount: Int)

  var byteCount: Int {
    switch self {
    case .memory: MemoryLayout<UInt>.size
    case .value(_, let byteCount): byteCount
    }
  }
}

/// The text of a kernel, in as many languages as it is there in.
struct KernelCode: Hashable, Sendable {
  /// OpenCL C or HIP, whichever the device takes.
  var source: String?
  /// For the source's compiler.
  var options: [String] = []
  /// What CUDA takes.
  var ptx: String?
}
