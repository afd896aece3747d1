extension CartesianTopology {
  /// What a rank sends and receives in an update that goes axis by axis, the last axis first.
  ///
  /// The links of an axis lead across its two faces. Their boxes reach into the halo of the axes before, where a
  /// neighbour has filled it, and so carry what belongs to edges and corners.
  ///
  /// - Parameters:
  ///   - rank: The rank whose links are asked for.
  ///   - halo: The widths of each axis; checked by ``check(halo:)``.
  /// - Returns: The links of each axis, in the order in which they are to be used.
  public func linksByAxis(of rank: Int, halo: [HaloSides]) throws(TopologyError) -> [[Link]] {
    let faces = try links(of: rank, halo: halo, stencil: .star)
    let filled = filledPoints(of: rank, halo: halo)
    return extents.indices.reversed().map { axis in
      Self.links(across: axis, among: faces) { $0 > axis ? filled[$0] : nil }
    }
  }

  /// What a rank sends and receives in an update that leaves for the end the axes which close on the rank itself.
  ///
  /// First come the links to all other ranks at once, with boxes of owned points along those axes; then, one after the
  /// other, the last one first, the axes that close, whose boxes reach into the halo that has been filled before. So
  /// other ranks send fewer points in fewer pieces, and edges and corners are carried along within the rank.
  ///
  /// - Parameters:
  ///   - rank: The rank whose links are asked for.
  ///   - halo: The widths of each axis; checked by ``check(halo:)``.
  /// - Returns: The links in the order in which they are to be used; none but the first lead to another rank.
  public func linksClosingLast(of rank: Int, halo: [HaloSides]) throws(TopologyError) -> [[Link]] {
    let closing = extents.indices.filter { processGrid[$0] == 1 && periodic[$0] }
    let toOthers = try links(of: rank, halo: halo, stencil: .box).filter { link in
      closing.allSatisfy { link.direction.steps[$0] == 0 }
    }
    let faces = try links(of: rank, halo: halo, stencil: .star)
    let filled = filledPoints(of: rank, halo: halo)
    return [toOthers]
      + closing.reversed().map { axis in
        Self.links(across: axis, among: faces) { $0 > axis || !closing.contains($0) ? filled[$0] : nil }
      }
  }

  /// The links across the two faces of an axis, with boxes that take all that is filled of some other axes.
  private static func links(
    across axis: Int, among faces: [Link], filled: (Int) -> Range<Int>?
  ) -> [Link] {
    faces.filter { $0.direction.steps[axis] != 0 }.map { link in
      func extended(_ box: [Range<Int>]) -> [Range<Int>] {
        box.indices.map { $0 == axis ? box[$0] : filled($0) ?? box[$0] }
      }
      return Link(
        peer: link.peer, send: extended(link.send), receive: extended(link.receive),
        direction: link.direction, peerDirection: link.peerDirection)
    }
  }

  /// The points of a rank along each axis that it owns or that a neighbour fills.
  private func filledPoints(of rank: Int, halo: [HaloSides]) -> [Range<Int>] {
    let here = coordinates(of: rank)
    let blocks = owned(by: rank).map(\.count)
    return extents.indices.map { axis in
      func hasNeighbour(_ step: Int) -> Bool {
        var there = here
        there[axis] += step
        return self.rank(at: there) != nil
      }
      return (hasNeighbour(-1) ? -halo[axis].lower : 0)..<blocks[axis]
        + (hasNeighbour(1) ? halo[axis].upper : 0)
    }
  }
}
