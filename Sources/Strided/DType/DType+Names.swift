internal import ComplexModule

extension DType {
  /// A signed integer of 8 bits.
  public static var int8: DType { DType(of: Int8.self) }
  /// A signed integer of 16 bits.
  public static var int16: DType { DType(of: Int16.self) }
  /// A signed integer of 32 bits.
  public static var int32: DType { DType(of: Int32.self) }
  /// A signed integer of 64 bits; also Swift's `Int`.
  public static var int64: DType { DType(of: Int64.self) }
  /// A signed integer of 128 bits, which NumPy does not have.
  public static var int128: DType { DType(of: Int128.self) }
  /// An unsigned integer of 8 bits.
  public static var uint8: DType { DType(of: UInt8.self) }
  /// An unsigned integer of 16 bits.
  public static var uint16: DType { DType(of: UInt16.self) }
  /// An unsigned integer of 32 bits.
  public static var uint32: DType { DType(of: UInt32.self) }
  /// An unsigned integer of 64 bits; also Swift's `UInt`.
  public static var uint64: DType { DType(of: UInt64.self) }
  /// An unsigned integer of 128 bits, which NumPy does not have.
  public static var uint128: DType { DType(of: UInt128.self) }
  /// A truth value in one byte.
  public static var bool: DType { DType(of: Bool.self) }
  /// A floating-point number of 32 bits.
  public static var float32: DType { DType(of: Float.self) }
  /// A floating-point number of 64 bits.
  public static var float64: DType { DType(of: Double.self) }
  /// A complex number of two 32-bit parts, real part first.
  public static var complex64: DType { DType(trivial: Complex<Float>.self) }
  /// A complex number of two 64-bit parts, real part first.
  public static var complex128: DType { DType(trivial: Complex<Double>.self) }

  #if !(os(macOS) && arch(x86_64))
    /// A floating-point number of 16 bits.
    public static var float16: DType { DType(of: Float16.self) }
    /// A complex number of two 16-bit parts, real part first, which NumPy does not have.
    public static var complex32: DType { DType(trivial: Complex<Float16>.self) }
  #endif

  #if arch(x86_64)
    /// A C `long double` of this processor: 80 bits in 16 bytes.
    public static var longDouble: DType { DType(of: Float80.self) }
    /// A complex number of two such parts, real part first.
    public static var complexLongDouble: DType { DType(trivial: Complex<Float80>.self) }
  #endif

  /// NumPy's name, or `nil` for a user's struct.
  private var standardName: String? {
    switch self {
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .int128: "int128"
    case .uint8: "uint8"
    case .uint16: "uint16"
    case .uint32: "uint32"
    case .uint64: "uint64"
    case .uint128: "uint128"
    case .bool: "bool"
    case .float32: "float32"
    case .float64: "float64"
    case .complex64: "complex64"
    case .complex128: "complex128"
    default: halfPrecisionName ?? extendedPrecisionName
    }
  }

  private var halfPrecisionName: String? {
    #if !(os(macOS) && arch(x86_64))
      if self == .float16 { return "float16" }
      if self == .complex32 { return "complex32" }
    #endif
    return nil
  }

  private var extendedPrecisionName: String? {
    #if arch(x86_64)
      if self == .longDouble { return "longdouble" }
      if self == .complexLongDouble { return "clongdouble" }
    #endif
    return nil
  }
}

extension DType: CustomStringConvertible {
  /// NumPy's name of the type, such as `float64`; for a user's struct, the struct's name.
  ///
  /// - Complexity: allocates the string.
  public var description: String {
    standardName ?? String(describing: type)
  }
}
