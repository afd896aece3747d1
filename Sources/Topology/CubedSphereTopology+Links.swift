extension CubedSphereTopology {
  /// Refuses halos that one neighbour alone cannot fill.
  ///
  /// - Parameter halo: The widths along the rows and the columns.
  /// - Throws: `TopologyError.haloWiderThanBlock`, the same on every rank. Since tiles meet turned, a width along
  ///   one axis may not be more than the points of the smallest block along either.
  public func check(halo: [HaloSides]) throws(TopologyError) {
    guard halo.count == 2 else { throw .wrongLength(of: "halo widths", expected: 2, found: halo.count) }
    // The last block of a tile is the smallest.
    let smallest = owned(byBlock: blocksPerTile - 1).map(\.count).min() ?? 0
    for (axis, sides) in halo.enumerated() where max(sides.lower, sides.upper) > smallest {
      throw .haloWiderThanBlock(
        axis: axis, halo: sides, block: smallest, rank: owner(ofBlock: blocksPerTile - 1).rank)
    }
  }

  /// What the blocks of a rank send and receive in one halo update.
  ///
  /// A link for every block that fills or is filled by one of the rank's, on its own tile and across the edges of
  /// the tile; the halo at the corners of the cube is in none.
  ///
  /// A staggered axis has one point more than cells, the cells' faces. Blocks that meet both hold the points
  /// between them, which an update does not send: the halo below is filled from the neighbour's points below its
  /// last one, and the halo above, which starts behind the last point, from the neighbour's point 1 on.
  ///
  /// Where an edge of a tile turns the axes, what is staggered along one axis alone is filled from what is
  /// staggered along the other: the other component of a vector. Both boxes of a link are those of the component
  /// that is asked for; the send box holds what the other component of the neighbour is filled from.
  ///
  /// - Parameters:
  ///   - rank: The rank whose links are asked for.
  ///   - halo: The widths along the rows and the columns; checked by ``check(halo:)``.
  ///   - stencil: Which neighbours take part.
  ///   - staggered: Whether there is a point more than cells along the rows and along the columns.
  /// - Returns: Links in order of block and direction, with boxes in each block's own points. One end of a link may
  ///   be empty where blocks differ in size.
  /// - Complexity: O(neighbours · layout) for each block of the rank.
  public func links(
    of rank: Int, halo: [HaloSides], stencil: Stencil, staggered: [Bool] = [false, false]
  ) throws(TopologyError) -> [Link] {
    try links(of: blocks(of: rank), halo: halo, stencil: stencil, staggered: staggered)
  }

  /// What one block sends and receives in one halo update; as for all blocks of a rank.
  public func links(
    ofBlock block: Int, halo: [HaloSides], stencil: Stencil, staggered: [Bool] = [false, false]
  ) throws(TopologyError) -> [Link] {
    try links(of: block..<(block + 1), halo: halo, stencil: stencil, staggered: staggered)
  }

  private func links(
    of blocks: Range<Int>, halo: [HaloSides], stencil: Stencil, staggered: [Bool]
  ) throws(TopologyError) -> [Link] {
    try check(halo: halo)
    try check(staggered: staggered)
    return links(of: blocks, halo: halo, stencil: stencil) { block, contact in
      let neighbour = contact.neighbour
      let there = neighbour.joint?.reversed.beyond(staggered: staggered) ?? staggered
      let send = contact.send.map { cells in
        Self.points(of: cells, around: owned(byBlock: neighbour.block), staggered: there)
      }
      return (
        send: send.map { neighbour.joint?.out($0, staggered: there) ?? $0 },
        receive: contact.receive.map { Self.points(of: $0, around: block, staggered: staggered) }
      )
    }
  }

  /// How the points that two blocks both hold are made the same.
  ///
  /// Two blocks that meet across a staggered axis both hold the points between them. The block above (to whose
  /// south or west they are) owns them, and its values overwrite those of the block below; across turned edges the
  /// other component of the vector. The receive boxes are owned points here, not halo.
  ///
  /// - Parameters:
  ///   - block: The block whose links are asked for.
  ///   - staggered: Which one of the axes, rows or columns, the component is staggered along.
  /// - Returns: Links that go one way, in order of direction.
  /// - Throws: `TopologyError` if not exactly one axis is staggered.
  public func sharedPointLinks(ofBlock block: Int, staggered: [Bool]) throws(TopologyError) -> [Link] {
    try check(staggered: staggered)
    guard staggered[0] != staggered[1] else { throw .notStaggeredAlongOneAxis(found: staggered) }
    return links(of: block..<(block + 1), halo: [1, 1], stencil: .star) { block, contact in
      let neighbour = contact.neighbour
      let there = neighbour.joint?.reversed.beyond(staggered: staggered) ?? staggered
      // The last point of a staggered axis has the number of the first cell behind the block.
      let send = contact.send.flatMap { cells in
        Self.isAbove(cells, owned(byBlock: neighbour.block), staggered: there) ? cells : nil
      }
      return (
        send: send.map { neighbour.joint?.out($0, staggered: there) ?? $0 },
        receive: contact.receive.flatMap { Self.isAbove($0, block, staggered: staggered) ? $0 : nil }
      )
    }
  }

  /// Links with the boxes that `boxes` finds for a block and what it has to do with another one, on the plane of
  /// the block's tile.
  private func links(
    of blocks: Range<Int>, halo: [HaloSides], stencil: Stencil,
    boxes: ([Range<Int>], Contact) -> (send: [Range<Int>]?, receive: [Range<Int>]?)
  ) -> [Link] {
    // Blocks are each other's neighbours: each is looked at once.
    var known: [Int: [Contact]] = [:]
    func contacts(of block: Int) -> [Contact] {
      if let contacts = known[block] { return contacts }
      let contacts = self.contacts(of: block, halo: halo, stencil: stencil)
      known[block] = contacts
      return contacts
    }
    func direction(of block: Int, seenFrom contact: Contact) -> LinkDirection {
      // On a tile, blocks lie in rows and columns: one on each side.
      guard contact.neighbour.joint != nil else { return contact.direction.opposite }
      let neighbour = contact.neighbour.block
      guard let reply = contacts(of: neighbour).first(where: { $0.neighbour.block == block }) else {
        fatalError("CubedSphereTopology: block \(neighbour) does not know its neighbour, block \(block)")
      }
      return reply.direction
    }
    return blocks.flatMap { block in
      let here = owned(byBlock: block)
      return contacts(of: block).compactMap { contact -> Link? in
        let (send, receive) = boxes(here, contact)
        if send == nil && receive == nil { return nil }
        let neighbour = contact.neighbour
        let peer = owner(ofBlock: neighbour.block)
        return Link(
          peer: peer.rank, block: owner(ofBlock: block).block, peerBlock: peer.block,
          send: Self.counted(send, from: here), receive: Self.counted(receive, from: here),
          direction: contact.direction, peerDirection: direction(of: block, seenFrom: contact),
          quarterTurns: neighbour.joint?.quarterTurns ?? 0)
      }
    }
  }

  private func check(staggered: [Bool]) throws(TopologyError) {
    guard staggered.count == 2 else {
      throw .wrongLength(of: "staggered axes", expected: 2, found: staggered.count)
    }
  }

  /// Whether cells lie above a block along the axis that is staggered.
  private static func isAbove(_ cells: [Range<Int>], _ block: [Range<Int>], staggered: [Bool]) -> Bool {
    let axis = staggered[0] ? 0 : 1
    return cells[axis].lowerBound >= block[axis].upperBound
  }

  /// The points of cells in or around a block, which holds the first and the last point of a staggered axis.
  private static func points(
    of cells: [Range<Int>], around block: [Range<Int>], staggered: [Bool]
  ) -> [Range<Int>] {
    cells.indices.map { axis in
      guard staggered[axis] else { return cells[axis] }
      func point(_ cell: Int) -> Int { cell < block[axis].upperBound ? cell : cell + 1 }
      return point(cells[axis].lowerBound)..<point(cells[axis].upperBound)
    }
  }

  /// A box of a tile in the points of a block.
  private static func counted(_ box: [Range<Int>]?, from block: [Range<Int>]) -> [Range<Int>] {
    guard let box else { return [0..<0, 0..<0] }
    return zip(box, block).map { $0.shifted(by: -$1.lowerBound) }
  }
}
