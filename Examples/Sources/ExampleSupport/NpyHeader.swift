/// The header of a `.npy` file: the text of a Python dictionary with three keys, in any order.
struct NpyHeader {
  let descr: String
  let fortranOrder: Bool
  let shape: [Int]

  struct Failure: Error { let problem: String }

  init(parsing bytes: ArraySlice<UInt8>) throws(Failure) {
    var parser = Parser(text: bytes)
    let entries = try parser.dictionary()
    for key in ["descr", "fortran_order", "shape"] where entries[key] == nil {
      throw Failure(problem: "no key '\(key)'")
    }
    guard case .text(let descr) = entries["descr"] else {
      throw Failure(problem: "'descr' is not the name of one element type")
    }
    guard case .truth(let fortranOrder) = entries["fortran_order"] else {
      throw Failure(problem: "'fortran_order' is neither True nor False")
    }
    guard case .tuple(let parts) = entries["shape"] else {
      throw Failure(problem: "'shape' is not a tuple")
    }
    var shape: [Int] = []
    for part in parts {
      guard case .number(let extent) = part, extent >= 0 else {
        throw Failure(problem: "'shape' holds something that is not a number of elements")
      }
      shape.append(extent)
    }
    (self.descr, self.fortranOrder, self.shape) = (descr, fortranOrder, shape)
  }

  /// The Python literals that NumPy writes into a header.
  private indirect enum Value {
    case text(String), truth(Bool), number(Int), tuple([Value])
  }

  /// Reads Python's notation of a dictionary, a tuple (or list), a string, a number, `True` and `False`.
  private struct Parser {
    var text: ArraySlice<UInt8>
    private var depth = 0

    init(text: ArraySlice<UInt8>) { self.text = text }

    mutating func dictionary() throws(Failure) -> [String: Value] {
      guard skip("{") else { throw Failure(problem: "it is not a dictionary") }
      var entries: [String: Value] = [:]
      while !skip("}") {
        guard case .text(let key) = try value(), skip(":") else {
          throw Failure(problem: "it is not a dictionary with names as keys")
        }
        entries[key] = try value()
        guard skip(",") || peek() == UInt8(ascii: "}") else {
          throw Failure(problem: "it is not a dictionary")
        }
      }
      guard peek() == nil else { throw Failure(problem: "something follows its dictionary") }
      return entries
    }

    private mutating func value() throws(Failure) -> Value {
      switch peek() {
      case UInt8(ascii: "'"), UInt8(ascii: "\""): return .text(try string())
      case UInt8(ascii: "("): return .tuple(try sequence("(", ")"))
      case UInt8(ascii: "["): return .tuple(try sequence("[", "]"))
      default: return try word()
      }
    }

    private mutating func string() throws(Failure) -> String {
      let quote = text.removeFirst()
      guard let end = text.firstIndex(of: quote) else { throw Failure(problem: "a string does not end") }
      defer { text = text[(end + 1)...] }
      return String(decoding: text[..<end], as: UTF8.self)
    }

    private mutating func sequence(
      _ opening: Unicode.Scalar, _ closing: Unicode.Scalar
    ) throws(Failure) -> [Value] {
      _ = skip(opening)
      depth += 1
      defer { depth -= 1 }
      guard depth <= 8 else { throw Failure(problem: "it is nested too deeply") }
      var parts: [Value] = []
      while !skip(closing) {
        parts.append(try value())
        guard skip(",") || peek() == UInt8(ascii: closing) else {
          throw Failure(problem: "a tuple does not end")
        }
      }
      return parts
    }

    private mutating func word() throws(Failure) -> Value {
      let end = text.firstIndex { !(Self.isLetterOrDigit($0) || $0 == UInt8(ascii: "-")) } ?? text.endIndex
      let word = String(decoding: text[..<end], as: UTF8.self)
      text = text[end...]
      switch word {
      case "True": return .truth(true)
      case "False": return .truth(false)
      default:
        // Python 2 wrote long integers with a trailing L.
        guard let number = Int(word.hasSuffix("L") ? String(word.dropLast()) : word) else {
          throw Failure(problem: word.isEmpty ? "it is not a Python dictionary" : "'\(word)' is not a value")
        }
        return .number(number)
      }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        true
      default: false
      }
    }

    /// The next byte that is not blank.
    private mutating func peek() -> UInt8? {
      text = text.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\t") }
      return text.first
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard peek() == UInt8(ascii: character) else { return false }
      text = text.dropFirst()
      return true
    }
  }
}
