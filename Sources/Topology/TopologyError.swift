/// A decomposition that was asked for and cannot be.
///
/// Every case is decided from numbers that all ranks share, so all ranks throw the same error.
public enum TopologyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A list has not one entry for each axis.
  case wrongLength(of: String, expected: Int, found: Int)
  /// A grid has no axis, or more than four.
  case unsupportedAxisCount(found: Int)
  /// An axis has no point.
  case emptyExtent(axis: Int, found: Int)
  /// The number of points overflows an integer.
  case tooManyPoints(extents: [Int])
  /// A halo width is below zero.
  case negativeHalo(axis: Int, found: HaloSides)
  /// No rank takes part.
  case noRanks(found: Int)
  /// There are fewer points than ranks.
  case moreRanksThanPoints(ranks: Int, points: Int)
  /// No process grid gives every rank a point.
  case noFittingProcessGrid(ranks: Int, extents: [Int])
  /// A process grid has an axis without a rank.
  case emptyProcessGrid(axis: Int, found: Int)
  /// The product of a process grid is not the number of ranks.
  case wrongProcessGrid(processGrid: [Int], expectedRanks: Int)
  /// A process grid splits an axis over more ranks than it has points.
  case axisOversplit(axis: Int, extent: Int, ranks: Int)
  /// A halo is wider than the smallest block, so that one neighbour alone cannot fill it.
  case haloWiderThanBlock(axis: Int, halo: HaloSides, block: Int, rank: Int)
  /// A layout leaves a block of a tile without a point, or has no block.
  case layoutDoesNotFit(layout: [Int], tile: [Int])
  /// No layout deals the blocks of a cubed sphere evenly and gives each a point.
  case noFittingLayout(ranks: Int, tile: [Int])
  /// Some ranks would have more blocks than others, or none.
  case unevenBlocks(blocks: Int, ranks: Int)
  /// Points that two blocks share were asked for of a field that is not staggered along one axis.
  case notStaggeredAlongOneAxis(found: [Bool])

  /// One line: what was expected, what was found, and what to do.
  public var description: String {
    switch self {
    case .wrongLength(let what, let expected, let found):
      "\(what): expected \(expected) entries, one an axis, found \(found)"
    case .unsupportedAxisCount(let found):
      "a Cartesian grid has 1 to 4 dimensions, found \(found)"
    case .emptyExtent(let axis, let found):
      "axis \(axis): expected an extent of at least 1, found \(found)"
    case .tooManyPoints(let extents):
      "a grid of \(extents) has more points than an integer can count"
    case .negativeHalo(let axis, let found):
      "axis \(axis): expected halo widths of at least 0, found \(found.lower) below and \(found.upper) above"
    case .noRanks(let found):
      "expected at least 1 rank, found \(found)"
    case .moreRanksThanPoints(let ranks, let points):
      "\(ranks) ranks cannot share \(points) points: run with at most \(points) ranks or refine the grid"
    case .noFittingProcessGrid(let ranks, let extents):
      "no process grid of \(ranks) ranks gives each a block of \(extents): run with another number of ranks"
    case .emptyProcessGrid(let axis, let found):
      "process grid: expected at least 1 rank on axis \(axis), found \(found)"
    case .wrongProcessGrid(let processGrid, let expected):
      "process grid \(processGrid) needs \(product(processGrid)) ranks, found \(expected): "
        + "start that many or leave the process grid to the library"
    case .axisOversplit(let axis, let extent, let ranks):
      "axis \(axis): \(extent) points cannot be split over \(ranks) ranks"
    case .haloWiderThanBlock(let axis, let halo, let block, let rank):
      "axis \(axis): a halo of \(halo) is wider than the block of \(block) points on rank \(rank): "
        + "use fewer ranks on this axis or a narrower halo"
    case .layoutDoesNotFit(let layout, let tile):
      "a layout of \(layout) does not fit a tile of \(tile) points: expected 1 to \(tile[0]) blocks along the "
        + "rows and 1 to \(tile[1]) along the columns"
    case .noFittingLayout(let ranks, let tile):
      "no layout of six tiles of \(tile) points gives each of \(ranks) ranks as many blocks: "
        + "run with another number of ranks"
    case .unevenBlocks(let blocks, let ranks):
      "\(blocks) blocks, six tiles of a layout, cannot be dealt evenly to \(ranks) ranks: run with a number of "
        + "ranks that divides \(blocks) or choose another layout"
    case .notStaggeredAlongOneAxis(let found):
      "expected a component that is staggered along the rows or the columns, found "
        + (found.contains(true) ? "one that is staggered along both" : "one that is staggered along neither")
    }
  }
}

/// The product as text, since a process grid given by a user may overflow.
private func product(_ factors: [Int]) -> String {
  var total = 1
  for factor in factors {
    let (partial, overflow) = total.multipliedReportingOverflow(by: factor)
    if overflow { return "too many" }
    total = partial
  }
  return String(total)
}
