internal import CAccelerators

/// The kernel as hipRTC compiles it for the current device.
enum HIPKernel {
  static func code(for device: String) throws(DeviceError) -> [CChar] {
    let compiler = unsafe try openedLibrary(device) { unsafe hip_compiler_open(nil, $0, $1) }
    func check(_ result: hiprtc_result, _ call: String) throws(DeviceError) {
      guard result != 0 else { return }
      let text = unsafe compiler.pointee.hiprtcGetErrorString(result).map { unsafe String(cString: $0) }
      throw DeviceError(
        device: device, reason: .call(call, code: Int(result), meaning: text ?? "an error without a name"))
    }
    var program: hiprtc_program?
    try check(
      unsafe compiler.pointee.hiprtcCreateProgram(
        &program, transfer_kernel_source(), "TransferKernel.h", 0, nil, nil), "hiprtcCreateProgram")
    defer { _ = unsafe compiler.pointee.hiprtcDestroyProgram(&program) }
    guard unsafe compiler.pointee.hiprtcCompileProgram(program, 0, nil) == 0 else {
      var size = 0
      try check(unsafe compiler.pointee.hiprtcGetProgramLogSize(program, &size), "hiprtcGetProgramLogSize")
      var log = [CChar](repeating: 0, count: size + 1)
      try check(unsafe compiler.pointee.hiprtcGetProgramLog(program, &log), "hiprtcGetProgramLog")
      throw DeviceError(device: device, reason: .kernel(log.firstLine))
    }
    var size = 0
    try check(unsafe compiler.pointee.hiprtcGetCodeSize(program, &size), "hiprtcGetCodeSize")
    var code = [CChar](repeating: 0, count: size)
    try check(unsafe compiler.pointee.hiprtcGetCode(program, &code), "hiprtcGetCode")
    return code
  }
}

extension [CChar] {
  /// The text up to its end or its first break.
  var firstLine: String {
    let line = prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
    return line.isEmpty ? "no reason given" : String(decoding: line, as: UTF8.self)
  }
}
