import Topology

/// A box of one rank's block of a field and its place in the array of the whole grid.
package struct GlobalPiece {
  /// The place of the field in its rank's list.
  package let field: Int
  /// The place of the array in the list of arrays.
  package let array: Int
  /// Points of the field.
  package let own: [Range<Int>]
  /// Points of the array, which may have axes of width 1 in front of the field's.
  package let global: [Range<Int>]
}

/// What of its block a rank puts into an array of the whole grid, or takes from it.
package enum GlobalShare {
  /// Each point once: what one rank owns of those that several hold.
  case owned
  /// Every point that the rank holds.
  case held
}

extension FieldDescriptor {
  /// Points of the array of the whole grid along each axis.
  ///
  /// Without halo, a staggered axis that closes on itself has as many points as cells. With halo, the array begins
  /// with the halo below the grid's first cell and ends with the one above its last.
  func globalExtents(of block: GridBlock, includingHalo: Bool) -> [Int] {
    axes.indices.map { axis in
      let halo = includingHalo ? haloBelow[axis] + haloAbove[axis] : 0
      guard case .grid(let gridAxis, let staggered) = axes[axis] else { return extents[axis] + halo }
      let hasLastPoint = staggered && (includingHalo || !block.periodic[gridAxis])
      return block.gridExtents[gridAxis] + (hasLastPoint ? 1 : 0) + halo
    }
  }

  /// The boxes of a field like this one over any rank's block, and their places in the array of the whole grid.
  ///
  /// Of a field that lacks an axis of the grid, and so is held by several ranks, the first along that axis owns all.
  func globalBoxes(
    over block: GridBlock, _ share: GlobalShare, includingHalo: Bool
  ) -> [(own: [Range<Int>], global: [Range<Int>])] {
    if share == .owned {
      for gridAxis in block.cells.indices
      where axis(ofGrid: gridAxis) == nil && !block.isFirst(along: gridAxis) {
        return []
      }
    }
    var boxes: [(own: [Range<Int>], global: [Range<Int>])] = [([], [])]
    for axis in axes.indices {
      let ranges = globalRanges(along: axis, over: block, share, includingHalo: includingHalo)
      boxes = boxes.flatMap { box in
        ranges.map { (own: box.own + [$0.own], global: box.global + [$0.global]) }
      }
    }
    return boxes
  }

  private func globalRanges(
    along axis: Int, over block: GridBlock, _ share: GlobalShare, includingHalo: Bool
  ) -> [(own: Range<Int>, global: Range<Int>)] {
    let (below, above) = includingHalo ? (haloBelow[axis], haloAbove[axis]) : (0, 0)
    let points = axes[axis].points(over: block.extents)
    guard case .grid(let gridAxis, let staggered) = axes[axis] else {
      guard let components, components.axis == axis else {
        return [(-below..<points + above, 0..<below + points + above)]
      }
      return [(components.indices, components.indices.shifted(by: below))]
    }
    let start = block.cells[gridAxis].lowerBound
    let cells = block.extents[gridAxis]
    let closes = block.periodic[gridAxis] && !includingHalo
    switch share {
    case .owned:
      let lower = block.isFirst(along: gridAxis) ? -below : 0
      let upper = block.isLast(along: gridAxis) ? (closes ? cells : points) + above : cells
      return [(lower..<upper, lower + start + below..<upper + start + below)]
    case .held where staggered && closes && block.isLast(along: gridAxis):
      // The last point of an axis that closes on itself is the first.
      return [(0..<cells, start..<start + cells), (cells..<points, 0..<1)]
    case .held:
      return [(-below..<points + above, start..<start + below + points + above)]
    }
  }
}
