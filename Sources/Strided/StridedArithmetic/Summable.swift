internal import ComplexModule

/// Values with a sum and a negative.
protocol Summable {
  static func sum(_ left: Self, _ right: Self) -> Self
  static func negative(_ value: Self) -> Self
}

extension FixedWidthInteger where Self: Summable {
  @inline(__always)
  static func sum(_ left: Self, _ right: Self) -> Self { left &+ right }

  @inline(__always)
  static func negative(_ value: Self) -> Self { 0 &- value }
}

extension FloatingPoint where Self: Summable {
  @inline(__always)
  static func sum(_ left: Self, _ right: Self) -> Self { left + right }

  @inline(__always)
  static func negative(_ value: Self) -> Self { -value }
}

extension Int8: Summable {}
extension Int16: Summable {}
extension Int32: Summable {}
extension Int64: Summable {}
extension Int128: Summable {}
extension UInt8: Summable {}
extension UInt16: Summable {}
extension UInt32: Summable {}
extension UInt64: Summable {}
extension UInt128: Summable {}
extension Float: Summable {}
extension Double: Summable {}

#if !(os(macOS) && arch(x86_64))
  extension Float16: Summable {}
#endif

extension Complex: Summable {
  @inline(__always)
  static func sum(_ left: Self, _ right: Self) -> Self { left + right }

  // Not Swift Numerics' own, which subtracts from zero: the sign of a zero would stay.
  @inline(__always)
  static func negative(_ value: Self) -> Self {
    let (real, imaginary) = value.rawStorage
    return Self(-real, -imaginary)
  }
}
