import CAccelerators
import Testing

/// What is said where a driver is missing, or is not one.
@Suite struct DriverLibraryTests {
  /// A driver, and its first symbol.
  enum Driver: CaseIterable {
    case cuda, hip, hipCompiler, openCL

    var firstSymbol: String {
      switch self {
      case .cuda: "cuInit"
      case .hip: "hipInit"
      case .hipCompiler: "hiprtcCreateProgram"
      case .openCL: "clGetPlatformIDs"
      }
    }

    func open(_ path: String) throws {
      switch self {
      case .cuda: _ = unsafe try opened { unsafe gpu_driver_open_cuda(path, $0, $1) }
      case .hip: _ = unsafe try opened { unsafe gpu_driver_open_hip(path, $0, $1) }
      case .hipCompiler: _ = unsafe try opened { unsafe hip_compiler_open(path, $0, $1) }
      case .openCL: _ = unsafe try opened { unsafe opencl_driver_open(path, $0, $1) }
      }
    }
  }

  @Test(arguments: Driver.allCases) func missingLibraryIsNamed(driver: Driver) {
    let error = #expect(throws: DriverError.self) { try driver.open("libno-such-driver.so.1") }
    let reason = error?.description ?? ""
    #expect(reason.contains("looked for libno-such-driver.so.1 (") && !reason.contains("\n"))
  }

  @Test(arguments: Driver.allCases) func libraryThatIsNoDriverIsNamedWithTheSymbolItLacks(driver: Driver) {
    let error = #expect(throws: DriverError.self) { try driver.open("libc.so.6") }
    #expect(error?.description == "libc.so.6 has no \(driver.firstSymbol): a newer driver is needed")
  }

  @Test func reasonIsCutWhereThereIsNoRoom() {
    var reason = [CChar](repeating: 1, count: 24)
    #expect(unsafe gpu_driver_open_hip("libno-such-driver.so.1", &reason, 20) == nil)
    #expect(reason[19] == 0 && reason[20...].allSatisfy { $0 == 1 })
  }

  @Test func textsOfTheKernelAreThere() {
    let source = unsafe String(cString: transfer_kernel_source())
    let ptx = unsafe String(cString: transfer_kernel_ptx())
    #expect(source.contains("__kernel") && source.contains(TRANSFER_KERNEL_NAME))
    #expect(ptx.contains(".visible .entry \(TRANSFER_KERNEL_NAME)("))
  }
}
