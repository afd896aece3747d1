import Halo

/// What was measured of several routes in turn, all of whose halo cells were right.
struct ComparisonFigures {
  private let setup: ExchangeSetup
  private let routes: [RouteFigures]
  /// Microseconds of as many bytes copied without an exchange.
  private let floor: Spread
  /// Nanoseconds of an exchange with nothing to copy.
  private let handshake: Spread?

  init(_ setup: ExchangeSetup, routes: [RouteFigures], floor: Spread, handshake: Spread?) {
    (self.setup, self.routes, self.floor, self.handshake) = (setup, routes, floor, handshake)
  }

  private var isOnDevice: Bool { setup.device != nil }

  /// The least median of any route.
  private var best: Double { routes.map(\.update.median).min() ?? 0 }

  /// One object a route.
  var json: [JSON.Object] {
    let copy = isOnDevice ? "device_copy" : "bare_copy"
    let shared = JSON.Object(members: [
      .init(key: "\(copy)_min_us", value: .number(floor.min)),
      .init(key: "\(copy)_us", value: .number(floor.median)),
      .init(key: "\(copy)_max_us", value: .number(floor.max)),
    ])
    let handshakes: JSON.Object = [
      "handshake_min_ns": .number(handshake?.min),
      "handshake_ns": .number(handshake?.median), "handshake_max_ns": .number(handshake?.max),
    ]
    return routes.map { figures in
      let (update, connections) = (figures.update, figures.connections)
      let own: JSON.Object = [
        "route": .string(figures.route.description), "min_us": .number(update.min),
        "median_us": .number(update.median), "max_us": .number(update.max),
        "start_us": .number(figures.start?.median), "ratio_to_best": .number(update.median / best),
      ]
      let ratio = JSON.Object(members: [
        .init(key: "ratio_to_\(copy)", value: .number(update.median / floor.median))
      ])
      return setup.json + own + ratio + shared + handshakes + connections.json(ranks: setup.ranks)
    }
  }
}

// MARK: - For people

extension ComparisonFigures {
  func writeTable() {
    print(setup.title + " of each route, in turn")
    print("every cell of the halo is right by every route; times are those of the slowest rank")
    writeTimes()
    writeHandshake()
    guard let automatic = routes.first(where: { $0.route.route == nil }) else { return }
    print("route auto takes, for each pair of ranks:")
    automatic.connections.writeTable()
  }

  private func writeTimes() {
    let table = Table(
      [.init("route", width: 13)]
        + (["median µs", "min", "max"] + (isOnDevice ? ["start µs"] : [])).map { .init($0, width: 9) }
        + ["to best", "to \(copyName)"].map { .init($0, width: 0) }
        + [.init("what it does", width: 0, isText: true)])
    for figures in routes {
      let (route, update) = (figures.route, figures.update)
      write(
        route.description, update, start: figures.start, toBest: fixed(update.median / best, 2),
        route.summary, in: table)
    }
    write(
      "(\(copyName))", floor, start: nil, toBest: "",
      isOnDevice ? "as many bytes copied by the device itself" : "as many cells copied within each rank",
      in: table)
  }

  private var copyName: String { isOnDevice ? "device copy" : "bare copy" }

  private func write(
    _ name: String, _ spread: Spread, start: Spread?, toBest: String, _ summary: String, in table: Table
  ) {
    table.write(
      [name] + [spread.median, spread.min, spread.max].map { fixed($0, 2) }
        + (isOnDevice ? [start.map { fixed($0.median, 2) } ?? ""] : [])
        + [toBest, fixed(spread.median / floor.median, 2), summary])
  }

  private func writeHandshake() {
    guard let handshake else {
      guard setup.ranks == 1 || !isOnDevice else { return }
      print(
        setup.ranks == 1
          ? "one rank: no route leads to another"
          : "no two ranks that exchange reach each other's memory: no route window, no route window-packed")
      return
    }
    print(
      "an exchange by route window with nothing to copy: \(fixed(handshake.median, 0)) ns "
        + "(min \(fixed(handshake.min, 0)), max \(fixed(handshake.max, 0)))")
  }
}
