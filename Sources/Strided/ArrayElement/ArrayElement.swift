/// What can be an element of a strided array: a value that is moved by copying its bytes.
///
/// All fixed-width integers, `Int`, `UInt`, `Bool`, the floating-point types and `Complex` of them conform. A
/// struct of your own that holds nothing but such values needs one line:
///
///     struct Particle: BitwiseCopyable, ArrayElement {
///       var position: SIMD3<Double>
///       var charge: Int32
///     }
///
/// Only conform types whose values hold no reference: the copy engine moves bytes and counts no references.
/// `BitwiseCopyable` has the compiler check that.
public protocol ArrayElement: Sendable {
  /// The description of the type.
  static var dtype: DType { get }
}

extension ArrayElement where Self: BitwiseCopyable {
  /// The description of the type, `DType(of: Self.self)`.
  @inlinable public static var dtype: DType { DType(of: Self.self) }
}
