import Glibc
public import Memory
public import Testing

/// A device that tests can use: OpenCL's first, and CUDA's, for which `HALO_TEST_CUDA_DRIVER` may name a library.
public enum TestDevice: String, Sendable, CaseIterable, CustomTestStringConvertible {
  /// OpenCL's first.
  case opencl = "OpenCL"
  /// CUDA's first.
  case cuda = "CUDA"

  /// Its name.
  public var testDescription: String { rawValue }

  /// Those of them that there are.
  public static let all: [TestDevice] = allCases.filter(\.isThere)

  /// Whether there is CUDA's, of which a stand-in is enough.
  public static let hasCUDA = all.contains(.cuda)

  /// Whether there is OpenCL's.
  public static let hasOpenCL = all.contains(.opencl)

  /// Whether CUDA's is a stand-in, which fails where it is told to.
  public static let hasStandIn = (try? TestDevice.cuda.device.name.contains("stand-in")) ?? false

  private var isThere: Bool {
    do {
      print("Tests on \(rawValue) run on \(try device)")
      return true
    } catch {
      print("Nothing is tested on \(rawValue): \(error)")
      return false
    }
  }

  /// The device, opened as any program opens it.
  public var device: Device {
    get throws {
      switch self {
      case .opencl:
        Self.limitThreads()
        return try .opencl()
      case .cuda:
        Self.offerDriver()
        return try .cuda()
      }
    }
  }

  /// Has the name that CUDA's driver is looked for under stand for the library that the environment names.
  static func offerDriver() {
    guard let path = unsafe getenv("HALO_TEST_CUDA_DRIVER") else { return }
    // Loaded once, it is found by the name that it gives itself.
    _ = unsafe dlopen(path, RTLD_NOW)
  }

  /// One thread for OpenCL on the processor, which ranks share.
  private static func limitThreads() {
    _ = unsafe setenv("POCL_MAX_PTHREAD_COUNT", "1", 0)
  }
}
