extension BufferFormat {
  /// The format of elements of a type, or `nil` if formats have none: for integers of 128 bits and structs of your own.
  ///
  /// ```swift
  /// BufferFormat(.complex64)?.description        // "Zf"
  /// ```
  public init?(_ dtype: DType) {
    guard let item = Item(dtype) else { return nil }
    let (size, alignment) = (dtype.size, dtype.alignment)
    let member = Member(
      item: item, byteOrder: .native, shape: nil, count: nil, name: nil, offset: 0, itemSize: size,
      itemCount: 1)
    self.init(members: [member], size: size, alignment: alignment)
  }

  /// The type of the elements where it has a ``DType``: one number, truth value or character, in any byte order.
  ///
  /// A C `char` is the number of its byte. `nil` for several items, structs, strings and addresses.
  public var dtype: DType? {
    guard let member = onlyMember else { return nil }
    return switch member.item {
    case .scalar(let scalar): scalar.dtype(byteCount: member.itemSize)
    case .complex(let part): part.complexDType
    default: nil
    }
  }

  /// Whether every number of the format lies as this machine reads it.
  public var isNative: Bool { ByteSwap(self) == nil }

  private var onlyMember: Member? {
    guard members.count == 1, let member = members.first, member.itemCount == 1, member.name == nil else {
      return nil
    }
    return member
  }
}

extension BufferFormat.Item {
  fileprivate init?(_ dtype: DType) {
    for scalar in FormatScalar.allCases where scalar.preferred {
      if scalar.dtype(byteCount: scalar.byteCount(in: .native) ?? 0) == dtype {
        self = .scalar(scalar)
        return
      }
      if let complex = scalar.complexDType, complex == dtype {
        self = .complex(scalar)
        return
      }
    }
    return nil
  }
}

extension FormatScalar {
  /// Whether it is how elements of its type are written: one of C's `long` and `long long` is.
  fileprivate var preferred: Bool {
    switch self {
    case .character, .signedSize, .size: false
    // NumPy's own integers of 64 bits are `long` where that has as many.
    case .longLong, .unsignedLongLong: MemoryLayout<CLong>.size != 8
    case .long, .unsignedLong: MemoryLayout<CLong>.size == 8
    default: true
    }
  }

  fileprivate func dtype(byteCount: Int) -> DType? {
    switch self {
    case .boolean: .bool
    case .signedChar, .short, .int, .long, .longLong, .signedSize: .signedInteger(byteCount)
    case .character, .unsignedChar, .unsignedShort, .unsignedInt, .unsignedLong, .unsignedLongLong, .size:
      .unsignedInteger(byteCount)
    case .float: .float32
    case .double: .float64
    case .half: .halfPrecision
    case .longDouble: .extendedPrecision
    default: nil
    }
  }

  fileprivate var complexDType: DType? {
    switch self {
    case .float: .complex64
    case .double: .complex128
    case .half: .complexHalfPrecision
    case .longDouble: .complexExtendedPrecision
    default: nil
    }
  }
}

extension DType {
  fileprivate static func signedInteger(_ byteCount: Int) -> DType? {
    switch byteCount {
    case 1: .int8
    case 2: .int16
    case 4: .int32
    case 8: .int64
    default: nil
    }
  }

  fileprivate static func unsignedInteger(_ byteCount: Int) -> DType? {
    switch byteCount {
    case 1: .uint8
    case 2: .uint16
    case 4: .uint32
    case 8: .uint64
    default: nil
    }
  }

  fileprivate static var halfPrecision: DType? {
    #if !(os(macOS) && arch(x86_64))
      .float16
    #else
      nil
    #endif
  }

  fileprivate static var complexHalfPrecision: DType? {
    #if !(os(macOS) && arch(x86_64))
      .complex32
    #else
      nil
    #endif
  }

  fileprivate static var extendedPrecision: DType? {
    #if arch(x86_64)
      .longDouble
    #else
      nil
    #endif
  }

  fileprivate static var complexExtendedPrecision: DType? {
    #if arch(x86_64)
      .complexLongDouble
    #else
      nil
    #endif
  }
}
