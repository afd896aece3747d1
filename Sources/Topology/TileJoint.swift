/// An edge of a tile of the cubed sphere: which tile lies beyond it, and how its rows and columns run.
///
/// Across an edge the plane of one tile goes on in that of the other, shifted and perhaps turned.
struct TileJoint {
  /// The tile whose edge it is.
  let tile: Int
  /// The tile beyond the edge.
  let beyond: Int
  /// By how many quarter turns clockwise what comes from the tile beyond is turned.
  let quarterTurns: Int
  /// The axis across the edge: 0 for the south and north edge, 1 for west and east.
  private let axis: Int
  /// -1 for the south and west edge, 1 for north and east.
  private let step: Int
  private let pointsPerSide: Int

  init(of tile: Int, axis: Int, step: Int, pointsPerSide: Int) {
    // Even tiles are turned against those to their west and north, odd ones against those to their east and south.
    let isTurned = (tile % 2 == 0) == ((axis == 0) == (step > 0))
    let count = CubedSphereTopology.tileCount
    self.tile = tile
    beyond = (tile + step * (isTurned ? 2 : 1) + count) % count
    quarterTurns = isTurned ? (axis == 1 ? 1 : 3) : 0
    (self.axis, self.step, self.pointsPerSide) = (axis, step, pointsPerSide)
  }

  /// The four edges of a tile.
  static func all(of tile: Int, pointsPerSide: Int) -> [TileJoint] {
    (0...1).flatMap { axis in
      [-1, 1].map { TileJoint(of: tile, axis: axis, step: $0, pointsPerSide: pointsPerSide) }
    }
  }

  /// The same edge as one of the tile beyond: where the south or the west of a tile ends, the north or the east of
  /// another does; on another axis if it is turned.
  var reversed: TileJoint {
    TileJoint(
      of: beyond, axis: quarterTurns == 0 ? axis : 1 - axis, step: -step, pointsPerSide: pointsPerSide)
  }

  /// Which axes the tile beyond staggers, seen along its own, if this one staggers `axes`.
  func beyond(staggered axes: [Bool]) -> [Bool] {
    quarterTurns == 0 ? axes : axes.reversed()
  }

  /// A box of this tile's plane in points of the tile beyond.
  func out(_ box: [Range<Int>], staggered: [Bool] = [false, false]) -> [Range<Int>] {
    switch quarterTurns {
    case 1: [shifted(box[1]), mirrored(box[0], isStaggered: staggered[0])]
    case 3: [mirrored(box[1], isStaggered: staggered[1]), shifted(box[0])]
    default: axis == 0 ? [shifted(box[0]), box[1]] : [box[0], shifted(box[1])]
    }
  }

  /// A box of the plane of the tile beyond in points of this one.
  func back(_ box: [Range<Int>], staggered: [Bool] = [false, false]) -> [Range<Int>] {
    reversed.out(box, staggered: staggered)
  }

  private func shifted(_ range: Range<Int>) -> Range<Int> {
    range.shifted(by: -step * pointsPerSide)
  }

  /// The points of an axis counted from its other end.
  private func mirrored(_ range: Range<Int>, isStaggered: Bool) -> Range<Int> {
    let points = pointsPerSide + (isStaggered ? 1 : 0)
    return (points - range.upperBound)..<(points - range.lowerBound)
  }
}

extension Range<Int> {
  /// As many numbers, `offset` further up.
  func shifted(by offset: Int) -> Range {
    (lowerBound + offset)..<(upperBound + offset)
  }
}
