import Halo

/// What one rank exchanges with one peer in an update.
struct Connection {
  let rank: Int
  let peer: Int
  let route: String
  let messagesSent: Int
  let bytesSent: Int
  let bytesReceived: Int

  /// Those of all ranks, by rank, on rank 0; none on the others.
  ///
  /// Collective.
  static func all(of peers: [HaloPeer], over world: Communicator) throws -> [Connection] {
    let routes = HaloRoute.allCases
    let numbers = peers.flatMap { peer in
      [
        peer.rank, routes.firstIndex(of: peer.route) ?? 0, peer.messagesSent, peer.bytesSent,
        peer.bytesReceived,
      ]
    }
    let text = Array(numbers.map(String.init).joined(separator: " ").utf8)
    return (try world.gather(bytes: text, on: 0) ?? []).enumerated().flatMap { rank, text in
      let numbers = String(decoding: text, as: UTF8.self).split(separator: " ").compactMap { Int($0) }
      return stride(from: 0, to: numbers.count, by: 5).map { start in
        Connection(
          rank: rank, peer: numbers[start], route: routes[numbers[start + 1]].description,
          messagesSent: numbers[start + 2], bytesSent: numbers[start + 3], bytesReceived: numbers[start + 4])
      }
    }
  }
}
