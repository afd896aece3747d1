public import ComplexModule

extension Int8: ArrayElement {}
extension Int16: ArrayElement {}
extension Int32: ArrayElement {}
extension Int64: ArrayElement {}
extension Int128: ArrayElement {}
extension Int: ArrayElement {}
extension UInt8: ArrayElement {}
extension UInt16: ArrayElement {}
extension UInt32: ArrayElement {}
extension UInt64: ArrayElement {}
extension UInt128: ArrayElement {}
extension UInt: ArrayElement {}
extension Bool: ArrayElement {}
extension Float: ArrayElement {}
extension Double: ArrayElement {}

#if !(os(macOS) && arch(x86_64))
  extension Float16: ArrayElement {}
#endif

#if arch(x86_64)
  extension Float80: ArrayElement {}
#endif

extension Complex: ArrayElement where RealType: ArrayElement {
  /// The description of the complex type: real part first, then the imaginary part.
  @inlinable public static var dtype: DType { DType(trivial: Self.self) }
}
