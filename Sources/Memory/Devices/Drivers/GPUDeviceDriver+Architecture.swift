internal import CAccelerators

extension GPUDeviceDriver {
  // Larger than the properties of any ROCm: 792 bytes in 5, 1472 in 6.
  private static let propertyBytes = 16 << 10

  /// What AMD's compiler calls the device, such as `gfx90a:sramecc+:xnack-`; `nil` if HIP does not tell, or on CUDA.
  var architecture: String? {
    guard let ask = unsafe driver.pointee.hipGetDeviceProperties else { return nil }
    var properties = [UInt8](repeating: 0, count: Self.propertyBytes)
    guard unsafe ask(&properties, device) == 0 else { return nil }
    return Self.architecture(inProperties: properties)
  }

  /// The last text in a device's properties that is the name of an architecture: where it stands differs between ROCm 5
  /// and 6, and the device's own name, which may be the same, comes first.
  static func architecture(inProperties bytes: [UInt8]) -> String? {
    bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.last {
      $0.wholeMatch(of: /gfx[0-9a-f]+(:[a-z]+[+-])*/) != nil
    }
  }
}
