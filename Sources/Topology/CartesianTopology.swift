/// A box of points split over ranks into blocks: who owns what, and who neighbours whom.
///
/// Ranks are plain numbers here, in C order over the process grid (the last axis varies fastest), as MPI's
/// Cartesian topologies number them (MPI 3.1, section 7.5). An extent that does not divide evenly gives one
/// point more to the first ranks of its axis.
///
/// ```swift
/// let topology = try CartesianTopology(extents: [91, 120], periodic: [false, false], ranks: 6)
/// topology.processGrid          // [2, 3]
/// topology.owned(by: 5)         // [46..<91, 80..<120]
/// ```
public struct CartesianTopology: Hashable, Sendable {
  /// Points along each axis of the whole grid.
  public let extents: [Int]
  /// Whether each axis closes on itself.
  public let periodic: [Bool]
  /// Ranks along each axis.
  public let processGrid: [Int]

  /// Splits a grid.
  ///
  /// Without a process grid, the one is chosen whose busiest rank shares the least surface with others; among
  /// equals, the one with the most even blocks, then the one that splits the slower axes, since their faces are
  /// contiguous in memory.
  ///
  /// - Parameters:
  ///   - extents: Points along each of 1 to 4 axes.
  ///   - periodic: One flag an axis.
  ///   - ranks: How many ranks share the grid.
  ///   - processGrid: Ranks along each axis, or `nil` to choose.
  /// - Throws: `TopologyError` if lists differ in length, an extent is below 1, or the ranks do not fit.
  /// - Complexity: The number of factorisations of `ranks`.
  public init(
    extents: [Int], periodic: [Bool], ranks: Int, processGrid: [Int]? = nil
  ) throws(TopologyError) {
    guard (1...4).contains(extents.count) else { throw .unsupportedAxisCount(found: extents.count) }
    for (axis, extent) in extents.enumerated() where extent < 1 {
      throw .emptyExtent(axis: axis, found: extent)
    }
    guard periodic.count == extents.count else {
      throw .wrongLength(of: "periodic flags", expected: extents.count, found: periodic.count)
    }
    guard ranks >= 1 else { throw .noRanks(found: ranks) }
    var points = 1
    for extent in extents {
      let (product, overflow) = points.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw .tooManyPoints(extents: extents) }
      points = product
    }
    guard ranks <= points else { throw .moreRanksThanPoints(ranks: ranks, points: points) }
    self.extents = extents
    self.periodic = periodic
    if let processGrid {
      try Self.check(processGrid, extents: extents, ranks: ranks)
      self.processGrid = processGrid
    } else {
      guard let chosen = Self.leastSurface(extents: extents, periodic: periodic, ranks: ranks) else {
        throw .noFittingProcessGrid(ranks: ranks, extents: extents)
      }
      self.processGrid = chosen
    }
  }

  /// The number of axes.
  public var axisCount: Int { extents.count }

  /// The number of ranks.
  public var rankCount: Int { processGrid.reduce(1, *) }

  private static func check(
    _ processGrid: [Int], extents: [Int], ranks: Int
  ) throws(TopologyError) {
    guard processGrid.count == extents.count else {
      throw .wrongLength(of: "process grid", expected: extents.count, found: processGrid.count)
    }
    var product = 1
    var overflowed = false
    for (axis, count) in processGrid.enumerated() {
      guard count >= 1 else { throw .emptyProcessGrid(axis: axis, found: count) }
      let (partial, overflow) = product.multipliedReportingOverflow(by: count)
      overflowed = overflowed || overflow
      product = partial
    }
    guard !overflowed, product == ranks else {
      throw .wrongProcessGrid(processGrid: processGrid, expectedRanks: ranks)
    }
    for (axis, count) in processGrid.enumerated() where count > extents[axis] {
      throw .axisOversplit(axis: axis, extent: extents[axis], ranks: count)
    }
  }
}
