internal import ComplexModule

/// The types of elements that can be computed with.
@frozen @usableFromInline enum NumberType: UInt8, BitwiseCopyable, Hashable, Sendable {
  case int8, int16, int32, int64, int128
  case uint8, uint16, uint32, uint64, uint128
  case float16, float32, float64
  case complex32, complex64, complex128

  /// The type of that description; `nil` for truth values and structs.
  init?(_ dtype: DType) {
    switch dtype {
    case .int8: self = .int8
    case .int16: self = .int16
    case .int32: self = .int32
    case .int64: self = .int64
    case .int128: self = .int128
    case .uint8: self = .uint8
    case .uint16: self = .uint16
    case .uint32: self = .uint32
    case .uint64: self = .uint64
    case .uint128: self = .uint128
    case .float32: self = .float32
    case .float64: self = .float64
    case .complex64: self = .complex64
    case .complex128: self = .complex128
    default:
      #if !(os(macOS) && arch(x86_64))
        if dtype == .float16 {
          self = .float16
          return
        }
        if dtype == .complex32 {
          self = .complex32
          return
        }
      #endif
      return nil
    }
  }

  /// Whether values have a sign that can be changed.
  var isSigned: Bool {
    switch self {
    case .uint8, .uint16, .uint32, .uint64, .uint128: false
    default: true
    }
  }

  /// Whether two values can be combined so.
  func has(_ combination: Combination) -> Bool {
    switch self {
    case .complex32, .complex64, .complex128: combination == .sum
    default: true
    }
  }
}

extension DType {
  /// Whether values of the type have a sign that can be changed.
  public var isSigned: Bool { NumberType(self)?.isSigned ?? false }

  /// Whether two values of the type can be combined so.
  public func has(_ combination: Combination) -> Bool { NumberType(self)?.has(combination) ?? false }
}
