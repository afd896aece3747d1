/// What elements hold that were never written, in the forms that Zarr's specification permits.
struct FillValue: Equatable, Sendable {
  /// The bytes of an element, as this machine has them in memory.
  let bytes: [UInt8]

  /// The zero of a type.
  init(zeroOf type: ZarrType) { bytes = [UInt8](repeating: 0, count: type.size) }

  /// Reads the member `fill_value` of an array of a type; `nil` if it is none of its values.
  init?(_ json: JSONValue, of type: ZarrType) {
    if type.isComplex {
      guard let parts = json.array, parts.count == 2 else { return nil }
      let numbers = parts.compactMap { Self.float($0, size: type.numberSize) }
      guard numbers.count == 2 else { return nil }
      bytes = numbers[0] + numbers[1]
    } else if let number = Self.number(json, of: type) {
      bytes = number
    } else {
      return nil
    }
  }

  private static func number(_ json: JSONValue, of type: ZarrType) -> [UInt8]? {
    switch type {
    case .bool: if case .bool(let value) = json { [value ? 1 : 0] } else { nil }
    case .int8: integer(json, Int8.self)
    case .int16: integer(json, Int16.self)
    case .int32: integer(json, Int32.self)
    case .int64: integer(json, Int64.self)
    case .uint8: integer(json, UInt8.self)
    case .uint16: integer(json, UInt16.self)
    case .uint32: integer(json, UInt32.self)
    case .uint64: integer(json, UInt64.self)
    case .float16, .float32, .float64: float(json, size: type.size)
    case .complex64, .complex128: nil
    }
  }

  private static func integer<Integer: FixedWidthInteger>(
    _ json: JSONValue, _ type: Integer.Type
  ) -> [UInt8]? {
    switch json {
    case .integer(let value): Integer(exactly: value).map { memory(of: $0) }
    case .unsigned(let value): Integer(exactly: value).map { memory(of: $0) }
    default: nil
    }
  }

  /// A number, `"NaN"`, `"Infinity"`, `"-Infinity"`, or the bits as `"0x7fc00000"`.
  private static func float(_ json: JSONValue, size: Int) -> [UInt8]? {
    if let value = json.number { return float(value, size: size) }
    switch json.string {
    case "NaN"?: return float(.nan, size: size)
    case "Infinity"?: return float(.infinity, size: size)
    case "-Infinity"?: return float(-.infinity, size: size)
    case let text?:
      guard text.hasPrefix("0x"), text.utf8.count == 2 + 2 * size,
        !text.dropFirst(2).hasPrefix("+"), let bits = UInt64(text.dropFirst(2), radix: 16)
      else { return nil }
      return bytes(ofBits: bits, size: size)
    case nil: return nil
    }
  }

  private static func float(_ value: Double, size: Int) -> [UInt8]? {
    switch size {
    case 2: float16(value)
    case 4: memory(of: Float(value).bitPattern)
    default: memory(of: value.bitPattern)
    }
  }

  private static func float16(_ value: Double) -> [UInt8]? {
    #if os(macOS) && arch(x86_64)
      nil
    #else
      memory(of: Float16(value).bitPattern)
    #endif
  }

  private static func bytes(ofBits bits: UInt64, size: Int) -> [UInt8]? {
    switch size {
    case 2: UInt16(exactly: bits).map { memory(of: $0) }
    case 4: UInt32(exactly: bits).map { memory(of: $0) }
    default: memory(of: bits)
    }
  }

  private static func memory<Integer: FixedWidthInteger>(of value: Integer) -> [UInt8] {
    let bytes = value.littleEndianBytes
    return isLittleEndian ? bytes : bytes.reversed()
  }

  /// The zero of a type, as the member `fill_value`.
  static func zero(of type: ZarrType) -> JSONValue {
    switch type {
    case .bool: false
    case .float16, .float32, .float64: 0.0
    case .complex64, .complex128: [0.0, 0.0]
    default: 0
    }
  }
}
