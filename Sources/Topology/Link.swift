/// One direction of one rank's halo update: what it sends to a peer and what it receives from it.
///
/// Boxes are lists of index ranges, one an axis, in the rank's own cells: 0 is the first owned cell, the halo
/// lies at negative indices and from the owned extent upwards. The send box holds owned cells only, the
/// receive box halo cells only, and those of two links of one rank never share a cell.
///
/// Both ends of a pair describe the same message by the same two directions, exchanged. That makes two links
/// between the same two ranks (a periodic axis of two ranks has a left and a right neighbour that are one)
/// tell each other's messages apart.
public struct Link: Hashable, Sendable, CustomStringConvertible {
  /// The rank at the other end; may be the rank itself.
  public let peer: Int
  /// The owned cells whose values travel to the peer.
  public let send: [Range<Int>]
  /// The halo cells that the peer's values fill.
  public let receive: [Range<Int>]
  /// Where the peer lies: -1, 0 or 1 an axis.
  public let direction: [Int]
  /// Where this rank lies, seen from the peer.
  public let peerDirection: [Int]

  /// Describes one direction of an update.
  public init(
    peer: Int, send: [Range<Int>], receive: [Range<Int>], direction: [Int], peerDirection: [Int]
  ) {
    self.peer = peer
    self.send = send
    self.receive = receive
    self.direction = direction
    self.peerDirection = peerDirection
  }

  /// The peer, the direction and both boxes in one line.
  public var description: String {
    "rank \(peer) at \(direction): send \(send), receive \(receive)"
  }
}
