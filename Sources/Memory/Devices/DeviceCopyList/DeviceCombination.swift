internal import CAccelerators
package import Strided

/// How a device combines the numbers of one array into those of another: to the same bits as a ``StridedArithmetic``,
/// but for which not-a-number a sum is.
package struct DeviceCombination: Hashable, Sendable {
  /// How two numbers become one.
  package let combination: Combination
  /// Bytes of what is combined by itself: an element, or one of the two parts of a complex one.
  let numberBytes: Int
  let number: Number

  enum Number {
    case unsigned, signed, float
  }

  /// A combination of an element type's values.
  ///
  /// - Parameters:
  ///   - combination: How two become one.
  ///   - dtype: What the elements are.
  /// - Returns: `nil` if no device combines such values: they have no such combination, or are of half precision or of
  ///   more than 8 bytes.
  package init?(_ combination: Combination, of dtype: DType) {
    guard dtype.has(combination), let (number, numberBytes) = Self.number(of: dtype) else { return nil }
    self.combination = combination
    self.number = number
    self.numberBytes = numberBytes
  }

  private static func number(of dtype: DType) -> (Number, bytes: Int)? {
    switch dtype {
    case .int8, .int16, .int32, .int64: (.signed, dtype.size)
    case .uint8, .uint16, .uint32, .uint64: (.unsigned, dtype.size)
    case .float32, .float64: (.float, dtype.size)
    case .complex64, .complex128: (.float, dtype.size / 2)
    default: nil
    }
  }
}

extension DeviceCombination {
  /// The codes of the kernel's table.
  var codes: (number: UInt8, combination: UInt8) {
    let number =
      switch number {
      case .unsigned: TRANSFER_UNSIGNED
      case .signed: TRANSFER_SIGNED
      case .float: TRANSFER_FLOAT
      }
    let combination =
      switch combination {
      case .sum: TRANSFER_SUM
      case .min: TRANSFER_MIN
      case .max: TRANSFER_MAX
      }
    return (UInt8(number), UInt8(combination))
  }
}

extension Device {
  /// Whether the device's kernels can combine numbers so.
  package func has(_ combination: DeviceCombination) -> Bool {
    combination.number != .float || driver.hasExactFloats(ofBytes: combination.numberBytes)
  }
}
