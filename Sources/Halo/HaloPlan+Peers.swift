/// What one update exchanges with one peer.
public struct HaloPeer: Hashable, Sendable {
  /// The peer's rank; the rank itself where an axis closes on it.
  public let rank: Int
  /// The way that the values take.
  public let route: HaloRoute
  /// Messages sent to the peer: one for all fields, none to the rank itself.
  public let messagesSent: Int
  /// Bytes of the fields that travel to the peer, with what aligns them in the message.
  public let bytesSent: Int
  /// Bytes of the fields that come from the peer, with what aligns them in the message.
  public let bytesReceived: Int
}

extension HaloPlan {
  /// What one update exchanges with each peer, as this rank sees it.
  ///
  /// ```swift
  /// for peer in halo.peers { print("rank \(peer.rank): \(peer.bytesSent) bytes, \(peer.route)") }
  /// ```
  ///
  /// - Complexity: O(peers).
  public var peers: [HaloPeer] {
    var peers: [HaloPeer] = []
    for index in 0..<program.messages.count {
      let message = program.messages[index]
      peers.append(
        HaloPeer(
          rank: message.peer, route: .packed, messagesSent: message.sendRequest == nil ? 0 : 1,
          bytesSent: message.bytesSent, bytesReceived: message.bytesReceived))
    }
    if program.bytesWrapped > 0 {
      peers.append(
        HaloPeer(
          rank: program.communicator.rank, route: .local, messagesSent: 0, bytesSent: program.bytesWrapped,
          bytesReceived: program.bytesWrapped))
    }
    return peers
  }
}
