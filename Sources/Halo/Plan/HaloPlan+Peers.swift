/// What one update exchanges with one peer.
public struct HaloPeer: Hashable, Sendable {
  /// The peer's rank; the rank itself where an axis closes on it.
  public let rank: Int
  /// The way that the values take.
  public let route: HaloRoute
  /// Messages that MPI carries to the peer, each for all fields; none to the rank itself, nor to one that takes the
  /// values out of memory which both reach.
  public fileprivate(set) var messagesSent: Int
  /// Bytes of the fields that travel to the peer, with what aligns them in the message.
  public fileprivate(set) var bytesSent: Int
  /// Bytes of the fields that come from the peer, with what aligns them in the message.
  public fileprivate(set) var bytesReceived: Int
}

extension HaloPlan {
  /// What one update exchanges with each peer, as this rank sees it.
  ///
  /// ```swift
  /// for peer in halo.peers { print("rank \(peer.rank): \(peer.bytesSent) bytes, \(peer.route)") }
  /// ```
  ///
  /// - Complexity: O(messages × peers).
  public var peers: [HaloPeer] {
    let program = runner.update
    var peers: [HaloPeer] = []
    for (index, exchange) in program.lowered.exchanges.enumerated() {
      let known = peers.firstIndex { $0.rank == exchange.peer }
      let place = known ?? peers.count
      if known == nil {
        peers.append(
          HaloPeer(
            rank: exchange.peer, route: program.route(ofMessage: index), messagesSent: 0, bytesSent: 0,
            bytesReceived: 0))
      }
      if program.isCarriedByMPI(index) { peers[place].messagesSent += 1 }
      peers[place].bytesSent += exchange.sendByteCount
      peers[place].bytesReceived += exchange.receiveByteCount
    }
    let bytesWrapped = program.lowered.bytesWrapped
    guard bytesWrapped > 0 else { return peers }
    peers.append(
      HaloPeer(
        rank: runner.communicator.rank, route: .local, messagesSent: 0, bytesSent: bytesWrapped,
        bytesReceived: bytesWrapped))
    return peers
  }
}
