import ComplexModule
import Halo

/// An element that any bits make, so that what is compared are bits.
protocol PatternElement: ArrayElement {
  init(_ low: UInt64, _ high: UInt64)
  var bits: [UInt64] { get }
}

/// Bits that belong to a number: SplitMix64 (Steele, Lea and Flood 2014).
func patternBits(_ number: UInt64) -> UInt64 {
  var z = (number &+ 1) &* 0x9e37_79b9_7f4a_7c15
  z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
  z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
  return z ^ (z >> 31)
}

extension PatternElement {
  /// The element that belongs to a number.
  init(number: Int) { self.init(patternBits(UInt64(2 * number)), patternBits(UInt64(2 * number + 1))) }
}

extension PatternElement where Self: FixedWidthInteger {
  init(_ low: UInt64, _ high: UInt64) { self.init(truncatingIfNeeded: low) }
  var bits: [UInt64] { [UInt64(truncatingIfNeeded: self)] }
}

extension Int8: PatternElement {}
extension Int16: PatternElement {}
extension Int32: PatternElement {}
extension Int64: PatternElement {}
extension UInt8: PatternElement {}
extension UInt16: PatternElement {}
extension UInt32: PatternElement {}
extension UInt64: PatternElement {}

extension Bool: PatternElement {
  init(_ low: UInt64, _ high: UInt64) { self = low & 1 == 1 }
  var bits: [UInt64] { [self ? 1 : 0] }
}

extension Float16: PatternElement {
  init(_ low: UInt64, _ high: UInt64) { self.init(bitPattern: UInt16(truncatingIfNeeded: low)) }
  var bits: [UInt64] { [UInt64(bitPattern)] }
}

extension Float: PatternElement {
  init(_ low: UInt64, _ high: UInt64) { self.init(bitPattern: UInt32(truncatingIfNeeded: low)) }
  var bits: [UInt64] { [UInt64(bitPattern)] }
}

extension Double: PatternElement {
  init(_ low: UInt64, _ high: UInt64) { self.init(bitPattern: low) }
  var bits: [UInt64] { [bitPattern] }
}

extension Complex: PatternElement where RealType: PatternElement {
  init(_ low: UInt64, _ high: UInt64) { self.init(RealType(low, 0), RealType(high, 0)) }
  // `real` and `imaginary` are not the parts of a value that is not finite.
  var bits: [UInt64] { rawStorage.x.bits + rawStorage.y.bits }
}
