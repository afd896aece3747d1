import Topology

extension FieldDescriptor {
  /// The points of a field that a link carries, one range an axis of the field.
  typealias LinkBoxes = (send: [Range<Int>], receive: [Range<Int>])

  /// The boxes of a topology's link in the field's own indices.
  ///
  /// A link counts cells along the axes of the grid. A field may have more axes, which travel whole, and fewer: a
  /// link that moves along an axis that the field does not have leads to a rank that holds the same values.
  ///
  /// On a staggered axis of n cells the points 0 and n are the neighbours' as well, and are not sent: what fills
  /// the lower neighbour's upper halo starts at point 1, and the upper halo itself starts at point n + 1.
  ///
  /// - Parameter countsPoints: Whether the link's boxes are already those of the field's points.
  /// - Returns: The owned points to send and the halo points to receive, one range an axis of the field, or `nil`
  ///   if the link does not concern the field.
  func boxes(of link: Link, countingPoints countsPoints: Bool = false) -> LinkBoxes? {
    let steps = steps(of: link)
    guard concerns(steps) else { return nil }
    if countsPoints { return (points(link.send), points(link.receive)) }
    return (
      points(of: link.send, shiftedTowards: -1, along: steps),
      points(of: link.receive, shiftedTowards: 1, along: steps)
    )
  }

  /// A box along the axes of the grid as one along those of the field.
  private func points(_ box: [Range<Int>]) -> [Range<Int>] {
    axes.indices.map { axis in axes[axis].gridAxis.map { box[$0] } ?? exchangedPoints(along: axis) }
  }

  /// Whether the field has all axes that a link moves along.
  private func concerns(_ steps: [Int]) -> Bool {
    steps.enumerated().allSatisfy { gridAxis, step in step == 0 || axis(ofGrid: gridAxis) != nil }
  }

  /// Where a link leads along each axis of the grid; that of a named direction is seen from the halo that it fills.
  private func steps(of link: Link) -> [Int] {
    guard link.direction.steps.isEmpty else { return link.direction.steps }
    return link.receive.enumerated().map { gridAxis, range in
      guard let axis = axis(ofGrid: gridAxis) else { return 0 }
      return range.upperBound <= 0 ? -1 : range.lowerBound >= cells(along: axis) ? 1 : 0
    }
  }

  /// The points of a box of cells; those of a staggered axis one further up where the link moves towards `side`.
  private func points(
    of box: [Range<Int>], shiftedTowards side: Int, along steps: [Int]
  ) -> [Range<Int>] {
    axes.indices.map { axis in
      guard let gridAxis = axes[axis].gridAxis else { return exchangedPoints(along: axis) }
      let range = box[gridAxis]
      guard axes[axis].isStaggered else { return range }
      if steps[gridAxis] == side { return (range.lowerBound + 1)..<(range.upperBound + 1) }
      // Along an axis that the link does not move on, the last point goes with the last cell.
      let isWhole = steps[gridAxis] == 0 && range.upperBound >= cells(along: axis)
      return range.lowerBound..<(range.upperBound + (isWhole ? 1 : 0))
    }
  }
}

/// All of a field that its links depend on.
struct LinkRequest: Hashable {
  let block: Int
  let halo: [HaloSides]
  let staggered: [Bool]

  init(_ field: FieldDescriptor, onGridOf axisCount: Int) {
    block = field.block
    halo = field.halo(onGridOf: axisCount)
    staggered = field.staggered(onGridOf: axisCount)
  }
}

extension HaloGrid {
  /// The links of a field's block, and whether their boxes are those of its points or of cells.
  func links(
    _ request: LinkRequest, stencil: Stencil
  ) throws(HaloError) -> (links: [Link], countPoints: Bool) {
    try HaloError.rethrow { () throws(TopologyError) in
      let ofPoints = try links(
        ofBlock: request.block, halo: request.halo, stencil: stencil, staggered: request.staggered)
      if let ofPoints { return (ofPoints, true) }
      return (try links(ofBlock: request.block, halo: request.halo, stencil: stencil), false)
    }
  }
}
