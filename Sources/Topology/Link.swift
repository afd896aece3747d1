/// One boundary of one block in a halo update: what crosses it to a peer, and what comes back.
///
/// Boxes are lists of index ranges, one an axis, in the block's own cells: 0 is the first owned cell, the halo
/// lies at negative indices and from the owned extent upwards. The send box holds owned cells, the receive box
/// halo cells, and no two receive boxes of a block share a cell. A box with an empty range holds no cell: the link
/// then goes one way only.
///
/// Both ends of a pair describe the same two messages: the block and direction of the one are the peer block and
/// peer direction of the other. That tells two links between the same two ranks apart (a periodic axis of two
/// ranks has a left and a right neighbour that are one).
///
/// Where the axes of the two blocks run differently, the values are turned on their way, in the plane of the last
/// two axes of the grid. Seen as a map is drawn, the last axis to the right and the one before it upwards, a
/// quarter turn is clockwise: the value that left from `[j, i]` of a send box of `n` columns arrives at
/// `[n - 1 - i, j]` of the peer's receive box.
///
/// A list of links makes a grid of blocks of any sizes. Here rank 0 has a block of 8 × 6 cells, and rank 1 one of
/// 5 × 7 that lies at the upper five rows of rank 0's last column:
///
/// ```swift
/// let links = world.rank == 0
///   ? [Link("east", to: "west", ofRank: 1, send: [3..<8, 5..<6], receive: [3..<8, 6..<7])]
///   : [Link("west", to: "east", ofRank: 0, send: [0..<5, 0..<1], receive: [0..<5, -1..<0])]
/// ```
public struct Link: Hashable, Sendable, CustomStringConvertible {
  /// The rank at the other end; may be the rank itself.
  public let peer: Int
  /// Which of this rank's blocks it is a boundary of.
  public let block: Int
  /// Which of the peer's blocks lies behind it.
  public let peerBlock: Int
  /// The owned cells of the block whose values travel to the peer.
  public let send: [Range<Int>]
  /// The halo cells of the block that the peer's values fill.
  public let receive: [Range<Int>]
  /// The boundary of the block.
  public let direction: LinkDirection
  /// The boundary of the peer's block that it meets.
  public let peerDirection: LinkDirection
  /// By how many quarter turns, 0 to 3, the block's values are turned clockwise to lie as the peer's do.
  public let quarterTurns: Int

  /// Describes one boundary.
  ///
  /// - Parameter quarterTurns: Any number; negative ones turn anticlockwise, and four turns are none.
  public init(
    peer: Int, block: Int = 0, peerBlock: Int = 0, send: [Range<Int>], receive: [Range<Int>],
    direction: LinkDirection, peerDirection: LinkDirection, quarterTurns: Int = 0
  ) {
    self.peer = peer
    self.block = block
    self.peerBlock = peerBlock
    self.send = send
    self.receive = receive
    self.direction = direction
    self.peerDirection = peerDirection
    self.quarterTurns = quarterTurns & 3
  }

  /// Describes one boundary of a block by the names that its two ends were given.
  ///
  /// - Parameters:
  ///   - direction: How this end is called; no other link of the block has the name.
  ///   - peerDirection: How the peer calls the other end.
  ///   - peer: The rank at the other end; may be the rank itself.
  ///   - block: Which of this rank's blocks it is a boundary of.
  ///   - peerBlock: Which of the peer's blocks lies behind it.
  ///   - send: The cells whose values travel to the peer.
  ///   - receive: The cells that the peer's values fill.
  ///   - quarterTurns: By how many quarter turns the values sent are turned clockwise to lie as the peer's do.
  public init(
    _ direction: LinkDirection, to peerDirection: LinkDirection, ofRank peer: Int, block: Int = 0,
    peerBlock: Int = 0, send: [Range<Int>], receive: [Range<Int>], quarterTurns: Int = 0
  ) {
    self.init(
      peer: peer, block: block, peerBlock: peerBlock, send: send, receive: receive, direction: direction,
      peerDirection: peerDirection, quarterTurns: quarterTurns)
  }

  /// The peer, the direction, both boxes and the turns in one line.
  public var description: String {
    let place = (block, peerBlock) == (0, 0) ? "" : " (block \(block) to \(peerBlock))"
    let turns = quarterTurns == 0 ? "" : ", turned \(quarterTurns) × 90°"
    return
      "rank \(peer) at \(direction)\(place): send \(send.boxDescription), receive \(receive.boxDescription)\(turns)"
  }
}
