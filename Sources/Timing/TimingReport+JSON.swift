extension TimingReport {
  /// The report for programs, as JSON (RFC 8259).
  ///
  ///     {
  ///       "ranks": 4, "hiddenShare": 0.8125,
  ///       "clocks": [
  ///         {"name": "pack", "ranks": 4, "hits": {"min": 10, "max": 10, "total": 40},
  ///           "seconds": {"min": 0.001, "mean": 0.0015, "max": 0.002, "sum": 0.006}, "imbalance": 1.3333333333333333,
  ///           "bytes": 19660800, "gigabytesPerSecond": 3.2768}
  ///       ]
  ///     }
  ///
  /// Each clock is one line. Times are seconds; `hiddenShare`, `imbalance` and `gigabytesPerSecond` are `null` where
  /// there is nothing to divide.
  public var json: String {
    let clocks = rows.map { row in
      let hits = "{\"min\": \(row.hits.min), \"max\": \(row.hits.max), \"total\": \(row.hits.total)}"
      let seconds =
        "{\"min\": \(Self.number(row.seconds.min)), \"mean\": \(Self.number(row.seconds.mean)), "
        + "\"max\": \(Self.number(row.seconds.max)), \"sum\": \(Self.number(row.seconds.sum))}"
      return "    {\"name\": \(Self.quoted(row.name)), \"ranks\": \(row.rankCount), \"hits\": \(hits), "
        + "\"seconds\": \(seconds), \"imbalance\": \(Self.number(row.imbalance)), "
        + "\"bytes\": \(row.bytes), \"gigabytesPerSecond\": \(Self.number(row.gigabytesPerSecond))}"
    }
    let head = "{\n  \"ranks\": \(rankCount), \"hiddenShare\": \(Self.number(hiddenShare)),\n  \"clocks\": ["
    return clocks.isEmpty ? head + "]\n}" : head + "\n" + clocks.joined(separator: ",\n") + "\n  ]\n}"
  }

  /// A JSON number; JSON has none that is not finite.
  static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "null" }
    return value.description
  }

  /// A JSON string: quotes, backslashes and control characters escaped, all else as it is.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..."\u{1f}", "\u{7f}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
