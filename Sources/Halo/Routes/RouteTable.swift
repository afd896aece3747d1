import Strided

/// Which way the values of a plan go, as a table for people.
struct RouteTable {
  /// One line for each peer and direction, after one with the names of the columns.
  let lines: [String]

  init(_ runner: HaloRunner) {
    let program = runner.update
    var rows: [[String]] = []
    for (index, exchange) in program.lowered.exchanges.enumerated() {
      let measured = runner.blueprint.routes.figures[exchange.peer].map(Self.text) ?? "not measured"
      for (direction, pieces, bytes) in [
        ("to", exchange.sends, exchange.sendByteCount),
        ("from", exchange.receives, exchange.receiveByteCount),
      ] where !pieces.isEmpty {
        let runs = pieces.reduce(0) { $0 + (Region($1.layout).byteCount / Region($1.layout).runBytes) }
        rows.append([
          "\(direction) rank \(exchange.peer)", "\(bytes)", "\(runs)",
          program.route(ofMessage: index).description,
          measured,
        ])
      }
    }
    let wraps = program.lowered.wraps
    if !wraps.isEmpty {
      let runs = wraps.reduce(0) { $0 + $1.copy.byteCount / max($1.copy.runBytes, 1) }
      rows.append([
        "within the rank", "\(program.lowered.bytesWrapped)", "\(runs)", HaloRoute.local.description,
        "",
      ])
    }
    lines = rows.isEmpty ? [] : Self.aligned([["peer", "bytes", "runs", "route", "measured, µs"]] + rows)
  }

  private static func text(_ figures: [PlannedRoutes.Figure]) -> String {
    figures.map { "\($0.route) \(Double($0.nanoseconds / 10) / 100)" }.joined(separator: ", ")
  }

  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).enumerated().map { column, cell in
        let gap = String(repeating: " ", count: cell.1 - cell.0.count)
        // Numbers to the right.
        return column == 1 || column == 2 ? gap + cell.0 : cell.0 + gap
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
