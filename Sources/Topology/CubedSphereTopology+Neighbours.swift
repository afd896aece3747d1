extension CubedSphereTopology {
  /// A block, seen from another one that may be on another tile.
  struct Neighbour {
    let block: Int
    /// Where it lies on the plane of the tile from which it is seen.
    let seen: [Range<Int>]
    /// The edge of its own tile behind which the other block lies; `nil` on the same tile.
    let joint: TileJoint?
  }

  /// What two blocks have to do with each other in an update, in cells.
  struct Contact {
    let neighbour: Neighbour
    let direction: LinkDirection
    /// Halo cells that the neighbour fills, on the plane of the block's own tile.
    let receive: [Range<Int>]?
    /// Halo cells of the neighbour that the block fills, on the plane of the neighbour's tile.
    let send: [Range<Int>]?
  }

  /// The blocks that a block sends to or receives from, in order of direction.
  func contacts(of block: Int, halo: [HaloSides], stencil: Stencil) -> [Contact] {
    let here = owned(byBlock: block)
    let width = halo.map { max($0.lower, $0.upper) }.max() ?? 0
    let contacts = neighbours(of: block, within: width).compactMap { neighbour -> Contact? in
      let receive = Self.overlap(of: here, with: neighbour.seen, halo: halo, stencil: stencil)
      let mine = neighbour.joint?.back(here) ?? here
      let send = Self.overlap(
        of: owned(byBlock: neighbour.block), with: mine, halo: halo, stencil: stencil)
      guard receive != nil || send != nil else { return nil }
      return Contact(
        neighbour: neighbour, direction: LinkDirection(Self.steps(from: here, to: neighbour.seen)),
        receive: receive, send: send)
    }
    return Self.numbered(contacts)
  }

  /// The other blocks that hold cells no more than `width` away, on the block's tile and across its edges.
  private func neighbours(of block: Int, within width: Int) -> [Neighbour] {
    let tile = tile(ofBlock: block)
    let around = owned(byBlock: block).map { ($0.lowerBound - width)..<($0.upperBound + width) }
    let onTile = blocks(ofTile: tile, in: around).filter { $0 != block }
      .map { Neighbour(block: $0, seen: owned(byBlock: $0), joint: nil) }
    return TileJoint.all(of: tile, pointsPerSide: pointsPerSide).reduce(into: onTile) { all, edge in
      all += blocks(ofTile: edge.beyond, in: edge.out(around))
        .map { Neighbour(block: $0, seen: edge.back(owned(byBlock: $0)), joint: edge.reversed) }
    }
  }

  /// The blocks of a tile that hold cells of a box.
  private func blocks(ofTile tile: Int, in box: [Range<Int>]) -> [Int] {
    self.tile.owners(in: box).map { tile * blocksPerTile + $0 }
  }

  /// The halo cells of a block that another one holds, or `nil` if there are none.
  private static func overlap(
    of block: [Range<Int>], with other: [Range<Int>], halo: [HaloSides], stencil: Stencil
  ) -> [Range<Int>]? {
    let padded = zip(block, halo).map { ($0.lowerBound - $1.lower)..<($0.upperBound + $1.upper) }
    // Without corners, the halo is what is added to one axis alone.
    let reaches =
      switch stencil {
      case .box: [padded]
      case .star: [[padded[0], block[1]], [block[0], padded[1]]]
      }
    return reaches.map { zip($0, other).map { $0.clamped(to: $1) } }
      .first { !$0.contains(where: \.isEmpty) }
  }

  /// On which side of a block another one lies along each axis; 0 where they lie side by side, if only in part.
  private static func steps(from block: [Range<Int>], to other: [Range<Int>]) -> [Int] {
    zip(block, other).map { block, other in
      other.lowerBound >= block.upperBound ? 1 : other.upperBound <= block.lowerBound ? -1 : 0
    }
  }

  /// In order of direction; those that lie along the same side are its parts, from the lower end on.
  private static func numbered(_ contacts: [Contact]) -> [Contact] {
    Dictionary(grouping: contacts) { $0.direction.steps }.flatMap { steps, side in
      let sorted = side.sorted { left, right in
        left.neighbour.seen.map(\.lowerBound).lexicographicallyPrecedes(
          right.neighbour.seen.map(\.lowerBound))
      }
      return sorted.enumerated().map { part, contact in
        Contact(
          neighbour: contact.neighbour, direction: LinkDirection(steps, part: part),
          receive: contact.receive, send: contact.send)
      }
    }.sorted { $0.direction < $1.direction }
  }
}
