/// A value of JSON (RFC 8259), as far as results need it.
enum JSON {
  typealias Object = JSONObject

  case string(String)
  case integer(Int)
  case number(Double?)
  case boolean(Bool)
  case list([JSON])
  case object(Object)

  /// The value as text; what is not a number is `null`.
  var text: String {
    switch self {
    case .string(let text): Self.quoted(text)
    case .integer(let value): String(value)
    case .number(let value): value.flatMap { $0.isFinite ? $0.description : nil } ?? "null"
    case .boolean(let value): value ? "true" : "false"
    case .list(let values): "[" + values.map(\.text).joined(separator: ", ") + "]"
    case .object(let object): Self.text(of: object)
    }
  }

  private static func text(of object: Object) -> String {
    "{" + object.members.map { quoted($0.key) + ": " + $0.value.text }.joined(separator: ", ") + "}"
  }

  /// An array of objects, each on a line of its own, keys in their order.
  static func array(_ objects: [Object]) -> String {
    let lines = objects.map { "  " + text(of: $0) }
    return lines.isEmpty ? "[]\n" : "[\n" + lines.joined(separator: ",\n") + "\n]\n"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..."\u{1f}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
