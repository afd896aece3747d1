import Halo

/// What was measured of the updates of one plan, all of whose halo cells were right.
struct ExchangeFigures {
  private let setup: ExchangeSetup
  private let update: Spread
  private let phases: [(name: String, spread: Spread)]
  private let beside: Spread
  private let connections: [Connection]

  /// Takes the seconds of the slowest rank, and the connections of all ranks.
  init(_ setup: ExchangeSetup, _ samples: ExchangeSamples, connections: [Connection]) {
    self.setup = setup
    update = Spread(of: samples.update).scaled(by: 1e6)
    phases = zip(ExchangeSamples.phases, samples.byPhase).map { ($0, Spread(of: $1).scaled(by: 1e6)) }
    beside = Spread(of: samples.beside).scaled(by: 1e6)
    self.connections = connections
  }

  /// The most that a rank sends to others in one update.
  private func most(_ figure: (Connection) -> Int) -> Int {
    (0..<setup.ranks).map { rank in
      connections.filter { $0.rank == rank && $0.messagesSent > 0 }.reduce(0) { $0 + figure($1) }
    }.max() ?? 0
  }

  private var bytes: Int { most(\.bytesSent) }
  private var messages: Int { most(\.messagesSent) }

  private func median(_ phase: Int) -> JSON { .number(phases[phase].spread.median) }

  var json: JSON.Object {
    [
      "ranks": .integer(setup.ranks), "local": .list(setup.local.map { .integer($0) }),
      "halo": .integer(setup.halo), "fields": .integer(setup.fields),
      "process_grid": .list(setup.processGrid.map { .integer($0) }),
      "dtype": .string(setup.dtype.description), "stencil": .string(setup.stencil.rawValue),
      "periodic": .list(setup.periodic.map { .integer($0 ? 1 : 0) }),
      "repetitions": .integer(setup.repetitions), "verified": .boolean(true),
      "min_us": .number(update.min), "median_us": .number(update.median), "max_us": .number(update.max),
      "pack_us": median(0), "send_us": median(1), "wrap_us": median(2), "wait_us": median(3),
      "unpack_us": median(4), "plan_us": .number(beside.median),
      "bytes_per_rank": .integer(bytes), "messages_per_rank": .integer(messages),
      "routes": .list(
        connections.map { connection in
          .object([
            "rank": .integer(connection.rank), "peer": .integer(connection.peer),
            "route": .string(connection.route), "messages": .integer(connection.messagesSent),
            "bytes_sent": .integer(connection.bytesSent),
            "bytes_received": .integer(connection.bytesReceived),
          ])
        }),
    ]
  }
}

// MARK: - For people

extension ExchangeFigures {
  func writeTable() {
    print(title)
    print("every cell of the halo is right")
    let times = Table(
      [.init("µs, slowest rank", width: 0)] + ["median", "min", "max"].map { .init($0, width: 8) })
    write("update", update, in: times)
    for phase in phases { write("  \(phase.name)", phase.spread, in: times) }
    write("  plan itself", beside, in: times)
    print("a rank sends \(bytes) bytes in \(messages) \(messages == 1 ? "message" : "messages"), at most")
    let peers = Table(
      ["rank", "peer"].map { .init($0, width: 4) } + [.init("route", width: 8), .init("messages", width: 0)]
        + ["bytes sent", "bytes received"].map { .init($0, width: 0) })
    for connection in connections {
      peers.write(
        ["\(connection.rank)", "\(connection.peer)", connection.route, "\(connection.messagesSent)"]
          + ["\(connection.bytesSent)", "\(connection.bytesReceived)"])
    }
  }

  private func write(_ name: String, _ spread: Spread, in table: Table) {
    table.write([name] + [spread.median, spread.min, spread.max].map { fixed($0, 2) })
  }

  private var title: String {
    let periodic = setup.periodic.map { $0 ? "1" : "0" }.joined(separator: ",")
    return "\(Extents(setup.local)) cells of \(setup.dtype) a rank, \(setup.fields) "
      + "\(setup.fields == 1 ? "field" : "fields"), halo \(setup.halo)"
      + "\(setup.stencil == .box ? "" : ", faces only"), "
      + "process grid \(Extents(setup.processGrid)), periodic \(periodic), \(setup.repetitions) updates"
  }
}
