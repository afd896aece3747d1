extension JSONValue {
  /// The document's text, with names in order and a line for each value.
  ///
  /// JSON has no words for infinite numbers and those that are not numbers; they become texts, as in Zarr's fill
  /// values.
  var text: String {
    var text = ""
    write(to: &text, indent: "\n")
    return text
  }

  private func write(to text: inout String, indent: String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .unsigned(let value): text += "\(value)"
    case .double(let value):
      if value.isNaN {
        text += "\"NaN\""
      } else if value.isInfinite {
        text += value < 0 ? "\"-Infinity\"" : "\"Infinity\""
      } else {
        text += "\(value)"
      }
    case .string(let value): Self.write(value, to: &text)
    case .array(let values):
      let isFlat = values.allSatisfy { $0.array == nil && $0.object == nil }
      let inner = isFlat ? "" : indent + "  "
      text += "["
      for (place, value) in values.enumerated() {
        text += (place == 0 ? "" : isFlat ? ", " : ",") + inner
        value.write(to: &text, indent: inner)
      }
      text += (values.isEmpty || isFlat ? "" : indent) + "]"
    case .object(let values):
      text += "{"
      for (place, entry) in values.sorted(by: { $0.key < $1.key }).enumerated() {
        text += (place == 0 ? "" : ",") + indent + "  "
        Self.write(entry.key, to: &text)
        text += ": "
        entry.value.write(to: &text, indent: indent + "  ")
      }
      text += (values.isEmpty ? "" : indent) + "}"
    }
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
