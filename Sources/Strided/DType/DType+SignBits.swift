extension DType {
  /// The sign bits of all numbers that lie in 8 bytes: inverting them negates numbers that follow each other.
  ///
  /// `nil` where a number is not negated so: integers, numbers of more than 8 bytes, and structs.
  package var signBits: UInt64? {
    #if !(os(macOS) && arch(x86_64))
      if self == .float16 || self == .complex32 { return 0x8000_8000_8000_8000 }
    #endif
    switch self {
    case .float32, .complex64: return 0x8000_0000_8000_0000
    case .float64, .complex128: return 0x8000_0000_0000_0000
    default: return nil
    }
  }
}
