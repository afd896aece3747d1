/// What was measured of something whose time does not depend on bytes.
struct DurationFigures {
  let layout: String
  let operation: String
  let bytes: Int
  let seconds: Spread
  /// How often it allocates; `nil` where that was not counted.
  let allocations: Double?

  var json: JSON.Object {
    let nanoseconds = seconds.scaled(by: 1e9)
    return [
      "layout": .string(layout), "operation": .string(operation), "bytes": .integer(bytes),
      "ns": .number(nanoseconds.median), "ns_min": .number(nanoseconds.min),
      "ns_max": .number(nanoseconds.max),
      "allocations": .number(allocations),
    ]
  }

  /// Writes the figures for people.
  static func writeTable(_ title: String, _ figures: [DurationFigures]) {
    print(title)
    let isCounted = figures.contains { $0.allocations != nil }
    let names = figures.map(\.layout.count).max() ?? 0
    let table = Table(
      [.init("", width: names), .init("operation", width: 14)]
        + ["ns", "min", "max"].map { .init($0, width: 7) }
        + (isCounted ? [.init("allocations", width: 0)] : []))
    for figure in figures {
      let nanoseconds = figure.seconds.scaled(by: 1e9)
      table.write(
        [figure.layout, figure.operation]
          + [nanoseconds.median, nanoseconds.min, nanoseconds.max].map { fixed($0, 1) }
          + (isCounted ? [figure.allocations.map { fixed($0, 3) } ?? ""] : []))
    }
  }
}
