import CAccelerators
import Glibc
import Testing

@testable import Memory

// To load it is to run it, which not every process bears.
private let isInstalled = unsafe access("/usr/lib/x86_64-linux-gnu/libamdhip64.so.5", R_OK) == 0
private let isSanitized = unsafe getenv("HALO_SANITIZER") != nil

/// AMD's runtime and its compiler, where they are installed: to look into them takes no GPU.
///
/// Kernels are compiled in processes of their own: AMD's compiler and that of OpenCL on the processor, both LLVM, end a
/// process that has loaded both.
@Suite(
  .enabled(if: isInstalled, "AMD's runtime is not installed"),
  .disabled(if: isSanitized, "AMD's compiler is not ours"))
struct HIPCompilerTests {
  /// Everything that is called is there, by HIP's names.
  @Test func theRuntimeHasAllThatIsCalled() {
    var reason = [CChar](repeating: 0, count: 512)
    let driver = unsafe gpu_driver_open_hip("libamdhip64.so.5", &reason, reason.count)
    let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    #expect(unsafe driver != nil, "\(text)")
  }

  @Test(arguments: ["gfx90a", "gfx1030"]) func itCompilesTheKernels(architecture: String) async {
    await #expect(processExitsWith: .success) { [architecture = architecture as String] in
      let code = TransferKernel.code
      let binary = try HIPCompiler.compiled(
        code.source ?? "", options: code.options + ["--offload-arch=\(architecture)"], kernel: "copies",
        device: "none")
      let text = String(decoding: binary.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      for name in [architecture] + TransferKernel.allCases.map(\.name) {
        #expect(text.contains(name), "\(name)")
      }
    }
  }

  @Test func itSaysWhatDoesNotCompile() async {
    await #expect(processExitsWith: .success) {
      let error = #expect(throws: DeviceError.self) {
        try HIPCompiler.compiled(
          "extern \"C\" __global__ void none() { undeclared(); }", options: ["--offload-arch=gfx90a"],
          kernel: "none", device: "HIP device 0")
      }
      let text = error?.description ?? ""
      #expect(text.contains("undeclared") && text.contains("HIP device 0") && !text.contains("\n"), "\(text)")
    }
  }
}

/// The name of a device's architecture, found where ROCm 5 and 6 have it in a device's properties.
@Suite struct HIPArchitectureTests {
  @Test(arguments: [396, 640, 1160]) func isFound(at offset: Int) {
    var properties = [UInt8](repeating: 0, count: 1500)
    func put(_ text: String, at offset: Int) {
      properties.replaceSubrange(offset..<(offset + text.utf8.count), with: Array(text.utf8))
    }
    put("gfx1103", at: 0)
    put("gfx90a:sramecc+:xnack-", at: offset)
    properties[300...302] = [1, 2, 0xFF]
    #expect(GPUDeviceDriver.architecture(inProperties: properties) == "gfx90a:sramecc+:xnack-")
  }

  @Test func isNotMadeUp() {
    #expect(GPUDeviceDriver.architecture(inProperties: Array("AMD gfx\0notgfx90a\0gfx\0".utf8)) == nil)
  }
}
