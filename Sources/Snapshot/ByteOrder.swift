/// Whether this machine has the lowest byte of a number first.
let isLittleEndian = Int16(1).littleEndian == 1

extension FixedWidthInteger {
  /// The bytes of the number, lowest first.
  var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> Self($0 * 8)) }
  }
}
