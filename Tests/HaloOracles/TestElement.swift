public import Halo

/// An element type whose values a test can make from a cell's global index, and tell from poison.
public protocol TestElement: ArrayElement, Equatable {
  /// A value that depends on all of `number`; never ``poison``.
  init(number: Int)
  /// What stands in every cell that nothing may write.
  static var poison: Self { get }
}

extension Double: TestElement {
  /// The number itself.
  public init(number: Int) { self = Self(number) }
  /// A value that no number gives.
  public static var poison: Double { -.greatestFiniteMagnitude }
}

extension Float: TestElement {
  /// The number's remainder, which the type can hold.
  public init(number: Int) { self = Self(number % 16_000_000) }
  /// A value that no number gives.
  public static var poison: Float { -.greatestFiniteMagnitude }
}

extension Int64: TestElement {
  /// The number itself.
  public init(number: Int) { self = Self(number) }
  /// A value that no number gives.
  public static var poison: Int64 { .min }
}

extension Int16: TestElement {
  /// The number's remainder, which the type can hold.
  public init(number: Int) { self = Self(number % 32_749) }
  /// A value that no number gives.
  public static var poison: Int16 { .min }
}

extension Int128: TestElement {
  /// A number whose halves both depend on it.
  public init(number: Int) { self = Self(number) * 0x1_0000_0000_0000_0001 }
  /// A value that no number gives.
  public static var poison: Int128 { .min }
}

extension UInt8: TestElement {
  /// The number's remainder, which the type can hold.
  public init(number: Int) { self = Self(number % 251) }
  /// A value that no number gives.
  public static var poison: UInt8 { .max }
}

/// A user's struct with a size that is no power of two.
public struct Triple: BitwiseCopyable, ArrayElement, TestElement {
  private var x, y, z: Float
  /// Three numbers that depend on it.
  public init(number: Int) {
    x = Float(number % 1_000_003)
    y = Float(number % 999)
    z = -x
  }
  private init(all value: Float) { (x, y, z) = (value, value, value) }
  /// A value that no number gives.
  public static var poison: Triple { Triple(all: -.greatestFiniteMagnitude) }
}
