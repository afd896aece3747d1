/// The six tiles of a cubed sphere split over ranks into blocks: who owns what, and who neighbours whom.
///
/// Each tile has as many rows as columns; arrays are `[row, column]`. Every tile is split alike into a layout of
/// blocks, rows of blocks first; blocks are counted tile by tile and, within a tile, in C order, and dealt to the
/// ranks in that order, each as many. A layout need not be square nor divide the tile evenly: a side of a block may
/// then face several blocks of the next tile.
///
/// ```swift
/// let sphere = try CubedSphereTopology(pointsPerSide: 48, layout: [2, 3], ranks: 12)
/// sphere.blockCount                        // 36
/// sphere.blocks(of: 1)                     // 3..<6, the upper half of tile 0
/// sphere.owned(byBlock: 4)                 // [24..<48, 16..<32], in points of tile 0
/// ```
///
/// How the tiles meet is the convention of GFDL's FV3 and of NDSL, which number them 0 to 5: the columns of an even
/// tile go on in the next tile upwards, its rows in the next but one, turned; those of an odd tile the other way
/// round.
///
/// | tile | west | east | south | north |
/// |---|---|---|---|---|
/// | even t | t − 2, turned 1 | t + 1 | t − 1 | t + 2, turned 3 |
/// | odd t | t − 1 | t + 2, turned 1 | t − 2, turned 3 | t + 1 |
///
/// Tiles count modulo 6; `turned n`: values that come from there are turned clockwise by n quarter turns, seen as
/// on a map, with columns to the east and rows to the north. Where three tiles meet, at the eight corners of the
/// cube, a tile's halo has no source and stays as it was.
public struct CubedSphereTopology: Hashable, Sendable {
  /// The number of tiles.
  public static let tileCount = 6

  /// How every tile is split into blocks, whose number in the tile is the rank here.
  public let tile: CartesianTopology
  /// The number of ranks.
  public let rankCount: Int

  /// Splits a cubed sphere.
  ///
  /// - Parameters:
  ///   - pointsPerSide: Points along each side of a tile.
  ///   - layout: Blocks along the rows and the columns of each tile; `nil` for the fewest blocks that can be dealt
  ///     evenly, as square as may be.
  ///   - ranks: How many ranks share the blocks, all of them equally many.
  /// - Throws: `TopologyError` if the layout does not fit the tile, or the blocks cannot be dealt evenly.
  public init(pointsPerSide: Int, layout: [Int]? = nil, ranks: Int) throws(TopologyError) {
    guard ranks >= 1 else { throw .noRanks(found: ranks) }
    guard pointsPerSide >= 1 else { throw .emptyExtent(axis: 0, found: pointsPerSide) }
    let extents = [pointsPerSide, pointsPerSide]
    let (square, tooMany) = pointsPerSide.multipliedReportingOverflow(by: pointsPerSide)
    let (points, overflow) = square.multipliedReportingOverflow(by: Self.tileCount)
    guard !tooMany, !overflow else { throw .tooManyPoints(extents: [Self.tileCount] + extents) }
    guard ranks <= points else { throw .moreRanksThanPoints(ranks: ranks, points: points) }

    let layout = if let layout { layout } else { try Self.layout(of: extents, ranks: ranks) }
    guard layout.count == 2 else { throw .wrongLength(of: "layout", expected: 2, found: layout.count) }
    guard zip(layout, extents).allSatisfy({ $0 >= 1 && $0 <= $1 }) else {
      throw .layoutDoesNotFit(layout: layout, tile: extents)
    }
    let blocksPerTile = layout[0] * layout[1]
    let blocks = Self.tileCount * blocksPerTile
    guard blocks % ranks == 0 else { throw .unevenBlocks(blocks: blocks, ranks: ranks) }
    tile = try CartesianTopology(
      extents: extents, periodic: [false, false], ranks: blocksPerTile, processGrid: layout)
    rankCount = ranks
  }

  /// The layout with the fewest blocks, and among those the least surface, that gives every rank as many.
  private static func layout(of extents: [Int], ranks: Int) throws(TopologyError) -> [Int] {
    let blocksPerTile = ranks / greatestCommonDivisor(ranks, tileCount)
    // Every tile has neighbours all around, as a periodic grid does.
    let layout = CartesianTopology.leastSurface(
      extents: extents, periodic: [true, true], ranks: blocksPerTile)
    guard let layout else { throw .noFittingLayout(ranks: ranks, tile: extents) }
    return layout
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }

  /// Points along each side of a tile.
  public var pointsPerSide: Int { tile.extents[0] }

  /// Blocks along the rows and the columns of each tile.
  public var layout: [Int] { tile.processGrid }
}
