import Halo

/// What was measured of the updates of one plan, all of whose halo cells were right.
struct ExchangeFigures {
  private let setup: ExchangeSetup
  private let route: RouteChoice
  private let update: Spread
  /// Until an update on a device is under way.
  private let start: Spread?
  private let phases: [(name: String, spread: Spread)]
  private let beside: Spread
  private let connections: [Connection]

  /// Takes the seconds of the slowest rank, and the connections of all ranks.
  init(
    _ setup: ExchangeSetup, _ samples: ExchangeSamples, route: RouteChoice, start: Spread?,
    connections: [Connection]
  ) {
    self.setup = setup
    self.route = route
    update = Spread(of: samples.update).scaled(by: 1e6)
    self.start = start?.scaled(by: 1e6)
    phases = zip(samples.phases, samples.byPhase).map { ($0, Spread(of: $1).scaled(by: 1e6)) }
    beside = Spread(of: samples.beside).scaled(by: 1e6)
    self.connections = connections
  }

  var json: JSON.Object {
    let times: JSON.Object = [
      "route": .string(route.description),
      "min_us": .number(update.min), "median_us": .number(update.median), "max_us": .number(update.max),
    ]
    let parts =
      (start.map { [(name: "start", spread: $0)] } ?? []) + phases + [(name: "plan", spread: beside)]
    return setup.json + times
      + JSON.Object(members: parts.map { .init(key: "\($0.name)_us", value: .number($0.spread.median)) })
      + connections.json(ranks: setup.ranks)
  }
}

// MARK: - For people

extension ExchangeFigures {
  func writeTable() {
    print(setup.title + ", route \(route)")
    print("every cell of the halo is right")
    let times = Table(
      [.init("µs, slowest rank", width: 0)] + ["median", "min", "max"].map { .init($0, width: 8) })
    write("update", update, in: times)
    if let start { write("  start", start, in: times) }
    for phase in phases { write("  \(phase.name)", phase.spread, in: times) }
    write(setup.device == nil ? "  plan itself" : "  plan, device", beside, in: times)
    let messages = connections.mostMessages(ranks: setup.ranks)
    print(
      "a rank sends \(connections.mostBytes(ranks: setup.ranks)) bytes in \(messages) "
        + "\(messages == 1 ? "message" : "messages"), at most")
    connections.writeTable()
  }

  private func write(_ name: String, _ spread: Spread, in table: Table) {
    table.write([name] + [spread.median, spread.min, spread.max].map { fixed($0, 2) })
  }
}
