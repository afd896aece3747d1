internal import CAccelerators
internal import Glibc
internal import Synchronization

/// hipRTC, which compiles kernels for the current device.
enum HIPCompiler {
  // That of ROCm 5.2 ends the process where two threads compile at once.
  private static let isCompiling = Mutex(())

  /// What a source text compiles to.
  ///
  /// - Throws: ``DeviceError``: there is no hipRTC, or the kernel does not compile, with the first error in it.
  static func compiled(
    _ source: String, options: [String], kernel: String, device: String
  ) throws(DeviceError) -> [CChar] {
    try isCompiling.withLock { _ throws(DeviceError) in
      try compiledAlone(source, options: options, kernel: kernel, device: device)
    }
  }

  private static func compiledAlone(
    _ source: String, options: [String], kernel: String, device: String
  ) throws(DeviceError) -> [CChar] {
    let compiler = unsafe try openedLibrary(device) { unsafe hip_compiler_open(nil, $0, $1) }
    func check(_ result: hiprtc_result, _ call: String) throws(DeviceError) {
      guard result != 0 else { return }
      let text = unsafe compiler.pointee.hiprtcGetErrorString(result).map { unsafe String(cString: $0) }
      throw DeviceError(
        device: device, reason: .call(call, code: Int(result), meaning: text ?? "an error without a name"))
    }
    var program: hiprtc_program?
    try check(
      unsafe compiler.pointee.hiprtcCreateProgram(&program, source, kernel, 0, nil, nil),
      "hiprtcCreateProgram")
    defer { _ = unsafe compiler.pointee.hiprtcDestroyProgram(&program) }
    let result = unsafe withCStrings(options) {
      unsafe compiler.pointee.hiprtcCompileProgram(program, Int32(options.count), $0)
    }
    guard result == 0 else {
      var size = 0
      try check(unsafe compiler.pointee.hiprtcGetProgramLogSize(program, &size), "hiprtcGetProgramLogSize")
      var log = [CChar](repeating: 0, count: size + 1)
      try check(unsafe compiler.pointee.hiprtcGetProgramLog(program, &log), "hiprtcGetProgramLog")
      throw DeviceError(device: device, reason: .kernel(kernel, problem: log.firstError))
    }
    var size = 0
    try check(unsafe compiler.pointee.hiprtcGetCodeSize(program, &size), "hiprtcGetCodeSize")
    var code = [CChar](repeating: 0, count: size)
    try check(unsafe compiler.pointee.hiprtcGetCode(program, &code), "hiprtcGetCode")
    return code
  }

  private static func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
  ) -> Result {
    let copies = unsafe texts.map { unsafe UnsafePointer(strdup($0)) }
    defer { unsafe copies.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) } }
    return unsafe body(copies)
  }
}
