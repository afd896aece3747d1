extension [CChar] {
  /// The text up to its end or its first break.
  var firstLine: String { lines.first ?? "no reason given" }

  /// The first line that tells of an error, or else the first of all.
  var firstError: String {
    let lines = lines
    return lines.first { $0.contains("error") || $0.contains("fatal") } ?? lines.first ?? "no reason given"
  }

  /// The lines up to the text's end, but for empty ones.
  private var lines: [String] {
    prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.split(separator: 10).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
