/// Reads a JSON document (RFC 8259), whatever its bytes are: anything but a document is an error.
///
/// Beyond the standard it takes `NaN`, `Infinity` and `-Infinity`, which Python writes.
struct JSONParser {
  /// How deep values may lie in each other.
  private static let deepest = 64

  private let bytes: [UInt8]
  private var position = 0

  /// What is wrong, and at which byte.
  struct Malformed: Error, Equatable {
    let reason: String
    let position: Int
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The value of a whole document.
  static func value(of bytes: [UInt8]) throws(Malformed) -> JSONValue {
    var parser = JSONParser(bytes)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.malformed("more than one value") }
    return value
  }

  private func malformed(_ reason: String) -> Malformed { Malformed(reason: reason, position: position) }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  private mutating func take(word: StaticString) -> Bool {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count, bytes[position..<end].elementsEqual("\(word)".utf8) else { return false }
    position = end
    return true
  }

  private mutating func value(depth: Int) throws(Malformed) -> JSONValue {
    guard depth < Self.deepest else {
      throw malformed("values lie deeper than \(Self.deepest) in each other")
    }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t") where take(word: "true"): return .bool(true)
    case UInt8(ascii: "f") where take(word: "false"): return .bool(false)
    case UInt8(ascii: "n") where take(word: "null"): return .null
    case UInt8(ascii: "N") where take(word: "NaN"): return .double(.nan)
    case UInt8(ascii: "I") where take(word: "Infinity"): return .double(.infinity)
    case UInt8(ascii: "-") where take(word: "-Infinity"): return .double(-.infinity)
    case .some(let byte) where byte == UInt8(ascii: "-") || isDigit(byte): return try number()
    case .none: throw malformed("the document ends where a value should be")
    default: throw malformed("no value begins here")
    }
  }

  private mutating func array(depth: Int) throws(Malformed) -> JSONValue {
    position += 1
    var values: [JSONValue] = []
    skipSpace()
    if take("]") { return .array(values) }
    while true {
      values.append(try value(depth: depth + 1))
      skipSpace()
      if take("]") { return .array(values) }
      guard take(",") else { throw malformed("an array goes on with ',' or ends with ']'") }
    }
  }

  private mutating func object(depth: Int) throws(Malformed) -> JSONValue {
    position += 1
    var values: [String: JSONValue] = [:]
    skipSpace()
    if take("}") { return .object(values) }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw malformed("a name should be here") }
      let name = try string()
      skipSpace()
      guard take(":") else { throw malformed("':' should follow a name") }
      guard values.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
        throw malformed("the name is there twice")
      }
      skipSpace()
      if take("}") { return .object(values) }
      guard take(",") else { throw malformed("an object goes on with ',' or ends with '}'") }
    }
  }
}

// MARK: - Numbers

extension JSONParser {
  private func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }

  private mutating func skipDigits() throws(Malformed) {
    guard isDigit(next) else { throw malformed("a digit should be here") }
    while isDigit(next) { position += 1 }
  }

  private mutating func number() throws(Malformed) -> JSONValue {
    let start = position
    var isWhole = true
    _ = take("-")
    if !take("0") { try skipDigits() }
    if take(".") {
      isWhole = false
      try skipDigits()
    }
    if take("e") || take("E") {
      isWhole = false
      if !take("-") { _ = take("+") }
      try skipDigits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let value = Int(text) { return .integer(value) }
    if isWhole, let value = UInt64(text) { return .unsigned(value) }
    guard let value = Double(text) else { throw malformed("a number that cannot be read") }
    return .double(value)
  }
}

// MARK: - Texts

extension JSONParser {
  private mutating func string() throws(Malformed) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw malformed("a text that is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw malformed("a control character in a text")
      default: text.append(byte)
      }
    }
    throw malformed("a text does not end")
  }

  private mutating func escape(into text: inout [UInt8]) throws(Malformed) {
    let byte = next
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte ?? 0)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      let unit = try codeUnit()
      var units = [unit]
      if UTF16.isLeadSurrogate(unit), take("\\"), take("u") { units.append(try codeUnit()) }
      guard let string = String(validating: units, as: UTF16.self) else {
        throw malformed("half a character")
      }
      text += string.utf8
    default: throw malformed("an unknown escape in a text")
    }
  }

  private mutating func codeUnit() throws(Malformed) -> UInt16 {
    guard bytes.count - position >= 4 else { throw malformed("four hexadecimal digits should be here") }
    let digits = bytes[position..<position + 4]
    guard digits.allSatisfy({ isDigit($0) || (0x61...0x66).contains($0 | 0x20) }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw malformed("four hexadecimal digits should be here") }
    position += 4
    return unit
  }
}
