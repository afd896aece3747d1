extension [Connection] {
  /// The bytes that a rank sends to others in one update, at most.
  func mostBytes(ranks: Int) -> Int { most(ranks, \.bytesSent) }

  /// The messages that a rank sends in one update, at most.
  func mostMessages(ranks: Int) -> Int { most(ranks, \.messagesSent) }

  private func most(_ ranks: Int, _ figure: (Connection) -> Int) -> Int {
    (0..<ranks).map { rank in
      filter { $0.rank == rank && $0.peer != rank }.reduce(0) { $0 + figure($1) }
    }.max() ?? 0
  }

  func json(ranks: Int) -> JSON.Object {
    [
      "bytes_per_rank": .integer(mostBytes(ranks: ranks)),
      "messages_per_rank": .integer(mostMessages(ranks: ranks)),
      "routes": .list(
        map { connection in
          .object([
            "rank": .integer(connection.rank), "peer": .integer(connection.peer),
            "route": .string(connection.route), "messages": .integer(connection.messagesSent),
            "bytes_sent": .integer(connection.bytesSent),
            "bytes_received": .integer(connection.bytesReceived),
          ])
        }),
    ]
  }

  /// Writes one line for each, after the names of the columns.
  func writeTable() {
    let table = Table(
      ["rank", "peer"].map { .init($0, width: 4) } + [.init("route", width: 13, isText: true)]
        + ["messages", "bytes sent", "bytes received"].map { .init($0, width: 0) })
    for connection in self {
      table.write(
        ["\(connection.rank)", "\(connection.peer)", connection.route, "\(connection.messagesSent)"]
          + ["\(connection.bytesSent)", "\(connection.bytesReceived)"])
    }
  }
}
