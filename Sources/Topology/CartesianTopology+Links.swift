extension CartesianTopology {
  /// Refuses halos that one neighbour alone cannot fill.
  ///
  /// - Parameter halo: The widths of each axis.
  /// - Throws: `TopologyError.haloWiderThanBlock`, the same on every rank: the smallest block is the last one
  ///   of its axis. A halo towards no neighbour at all may be as wide as one likes.
  public func check(halo: [HaloSides]) throws(TopologyError) {
    guard halo.count == axisCount else {
      throw .wrongLength(of: "halo widths", expected: axisCount, found: halo.count)
    }
    for axis in extents.indices {
      guard processGrid[axis] > 1 || periodic[axis] else { continue }
      let block = extents[axis] / processGrid[axis]
      guard max(halo[axis].lower, halo[axis].upper) <= block else {
        var last = [Int](repeating: 0, count: axisCount)
        last[axis] = processGrid[axis] - 1
        throw .haloWiderThanBlock(
          axis: axis, halo: halo[axis], block: block, rank: self.rank(at: last) ?? 0)
      }
    }
  }

  /// What a rank sends and receives in one halo update.
  ///
  /// A link for every direction in which a neighbour exists and a halo cell is to be filled or sent; with
  /// `.star` only along axes. A direction whose send and receive boxes are both empty has no link.
  ///
  /// - Parameters:
  ///   - rank: The rank whose links are asked for.
  ///   - halo: The widths of each axis; checked by ``check(halo:)``.
  ///   - stencil: Which neighbours take part.
  /// - Returns: Links in order of direction, the last axis varying fastest.
  /// - Complexity: O(3^axes).
  public func links(
    of rank: Int, halo: [HaloSides], stencil: Stencil
  ) throws(TopologyError) -> [Link] {
    try check(halo: halo)
    let here = coordinates(of: rank)
    let blocks = owned(by: rank).map(\.count)
    var links: [Link] = []
    for direction in directions(stencil) {
      guard let peer = self.rank(at: zip(here, direction).map(+)) else { continue }
      // The lower neighbour's upper halo is filled from my lowest cells, and the other way round.
      let send = direction.indices.map { axis -> Range<Int> in
        switch direction[axis] {
        case -1: 0..<halo[axis].upper
        case 1: (blocks[axis] - halo[axis].lower)..<blocks[axis]
        default: 0..<blocks[axis]
        }
      }
      let receive = direction.indices.map { axis -> Range<Int> in
        switch direction[axis] {
        case -1: -halo[axis].lower..<0
        case 1: blocks[axis]..<(blocks[axis] + halo[axis].upper)
        default: 0..<blocks[axis]
        }
      }
      if send.contains(where: \.isEmpty) && receive.contains(where: \.isEmpty) { continue }
      links.append(
        Link(
          peer: peer, send: send, receive: receive, direction: LinkDirection(direction),
          peerDirection: LinkDirection(direction).opposite))
    }
    return links
  }

  private func directions(_ stencil: Stencil) -> [[Int]] {
    var all: [[Int]] = [[]]
    for _ in extents { all = all.flatMap { head in [-1, 0, 1].map { head + [$0] } } }
    return all.filter { direction in
      let moved = direction.count { $0 != 0 }
      return stencil == .star ? moved == 1 : moved > 0
    }
  }
}
