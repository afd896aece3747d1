extension CartesianTopology {
  /// How the points that two blocks both hold are made the same.
  ///
  /// A block of n cells has n + 1 points along a staggered axis. Its last point is the first of the block above, which
  /// owns it: its value overwrites that of the block below. Where blocks meet at edges and corners, one of them owns
  /// the points of all. At an open upper end the last block owns its last point; where an axis closes on itself, the
  /// first block does.
  ///
  /// - Parameters:
  ///   - rank: The rank whose links are asked for.
  ///   - staggered: Whether there is a point more than cells along each axis.
  /// - Returns: Links that go one way, with boxes of the block's own points; receive boxes hold owned points, not halo.
  /// - Throws: `TopologyError` if there is not one flag an axis.
  /// - Complexity: O(2^axes).
  public func sharedPointLinks(of rank: Int, staggered: [Bool]) throws(TopologyError) -> [Link] {
    guard staggered.count == axisCount else {
      throw .wrongLength(of: "staggered axes", expected: axisCount, found: staggered.count)
    }
    let here = coordinates(of: rank)
    let cells = owned(by: rank).map(\.count)
    let nothing = cells.map { _ in 0..<0 }
    // Along axes that a link does not move on, the points that this rank owns.
    let owned = cells.indices.map { axis in
      let isOpenEnd = staggered[axis] && !periodic[axis] && here[axis] == processGrid[axis] - 1
      return 0..<cells[axis] + (isOpenEnd ? 1 : 0)
    }
    var links: [Link] = []
    for steps in upwardSteps(along: staggered) {
      let above = LinkDirection(steps)
      if let peer = self.rank(at: zip(here, steps).map(+)) {
        let last = cells.indices.map { steps[$0] == 1 ? cells[$0]..<cells[$0] + 1 : owned[$0] }
        links.append(
          Link(peer: peer, send: nothing, receive: last, direction: above, peerDirection: above.opposite))
      }
      if let peer = self.rank(at: zip(here, steps).map(-)) {
        let first = cells.indices.map { steps[$0] == 1 ? 0..<1 : owned[$0] }
        links.append(
          Link(peer: peer, send: first, receive: nothing, direction: above.opposite, peerDirection: above))
      }
    }
    return links.sorted { $0.direction < $1.direction }
  }

  /// Every way to go up along some of the axes.
  private func upwardSteps(along axes: [Bool]) -> [[Int]] {
    var all: [[Int]] = [[]]
    for canMove in axes { all = all.flatMap { head in canMove ? [head + [0], head + [1]] : [head + [0]] } }
    return all.filter { $0.contains(1) }
  }
}
