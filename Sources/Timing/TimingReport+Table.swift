internal import Glibc

extension TimingReport {
  /// The report for people: a header with the number of ranks, then a line per clock in aligned columns.
  ///
  /// Times are totals on a rank: the shortest, the mean and the longest. `max/mean` is the imbalance. Hits are one
  /// number where all ranks agree, else the fewest and the most. A clock that not all ranks used says on how many
  /// it was. The columns `GB/s` and `max/mean` stand only where there is something in them. A last line says which
  /// share of the transfer of messages was hidden behind other work, if there was any.
  public var table: String {
    let title = "timing, \(rankCount) \(rankCount == 1 ? "rank" : "ranks")"
    var lines = [[title, "hits", "min", "mean", "max", "max/mean", "GB/s"]]
    for row in rows {
      lines.append([
        row.rankCount == rankCount ? row.name : "\(row.name) (\(row.rankCount) of \(rankCount) ranks)",
        row.hits.min == row.hits.max ? "\(row.hits.min)" : "\(row.hits.min)–\(row.hits.max)",
        Self.duration(row.seconds.min),
        Self.duration(row.seconds.mean),
        Self.duration(row.seconds.max),
        row.imbalance.map { Self.fixed($0, decimals: 2) } ?? "",
        row.gigabytesPerSecond.map { Self.significant($0) } ?? "",
      ])
    }
    let columns = lines[0].indices.filter { column in
      column < 5 || lines.dropFirst().contains { !$0[column].isEmpty }
    }
    let widths = columns.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let table = lines.map { line in
      var text = ""
      for (column, width) in zip(columns, widths) {
        let padding = String(repeating: " ", count: width - line[column].count)
        text += column == 0 ? line[column] + padding : "  " + padding + line[column]
      }
      while text.last == " " { text.removeLast() }
      return text
    }.joined(separator: "\n")
    guard let hiddenShare else { return table }
    return table + "\nhidden: \(Self.fixed(100 * hiddenShare, decimals: 1)) % of the transfer"
  }

  /// Seconds with three digits in the unit that fits: s, ms or µs.
  static func duration(_ seconds: Double) -> String {
    // The bounds are where the digits round to the next unit's 1.00.
    if seconds < 0.999_5e-3 { return significant(seconds * 1e6) + " µs" }
    if seconds < 0.999_5 { return significant(seconds * 1e3) + " ms" }
    return significant(seconds) + " s"
  }

  /// A number with three digits, or all those before the point; three after it below 1.
  static func significant(_ value: Double) -> String {
    switch value {
    case ..<0.999_5: fixed(value, decimals: 3)
    case ..<9.995: fixed(value, decimals: 2)
    case ..<99.95: fixed(value, decimals: 1)
    default: fixed(value, decimals: 0)
    }
  }

  /// A number with this many decimals.
  static func fixed(_ value: Double, decimals: Int) -> String {
    let scale = pow(10, Double(decimals))
    let scaled = (value * scale).rounded()
    guard scaled.magnitude < 1e15 else { return value.description }
    let digits = String(Int(scaled.magnitude))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = scaled < 0 ? "-" : ""
    guard decimals > 0 else { return sign + padded }
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }
}
