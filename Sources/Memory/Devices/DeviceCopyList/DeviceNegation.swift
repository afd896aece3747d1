package import Strided

/// How a device changes the sign of the numbers that it copies or combines.
package struct DeviceNegation: Hashable, Sendable {
  /// The bits of every 8 bytes that are inverted: the sign bits of numbers with a point, or all of integers, which are one
  /// less than their negatives then.
  let flippedBits: UInt64
  /// Bytes of a number that is negated as a whole; `nil` if numbers of any words are, by their bits alone.
  let numberBytes: Int?

  /// The negation of an element type's values, or of both parts of a complex one.
  ///
  /// - Returns: `nil` if they have no sign to change.
  package init?(of dtype: DType) {
    guard dtype.isSigned else { return nil }
    if let signBits = Self.signBits(of: dtype) {
      (flippedBits, numberBytes) = (signBits, nil)
    } else {
      (flippedBits, numberBytes) = (.max, dtype.size)
    }
  }

  /// The sign bits of all numbers with a point that lie in 8 bytes; `nil` for integers.
  private static func signBits(of dtype: DType) -> UInt64? {
    #if !(os(macOS) && arch(x86_64))
      if dtype == .float16 || dtype == .complex32 { return 0x8000_8000_8000_8000 }
    #endif
    switch dtype {
    case .float32, .complex64: return 0x8000_0000_8000_0000
    case .float64, .complex128: return 0x8000_0000_0000_0000
    default: return nil
    }
  }
}
