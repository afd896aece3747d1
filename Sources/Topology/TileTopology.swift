/// One tile, split over ranks into a layout of blocks: a Cartesian grid of two axes, rows and columns.
///
/// ```swift
/// let tile = try TileTopology(rows: 48, columns: 96, layout: [2, 2], periodic: true, ranks: 4)
/// ```
public typealias TileTopology = CartesianTopology

extension TileTopology {
  /// Splits a tile.
  ///
  /// - Parameters:
  ///   - rows: Points from south to north.
  ///   - columns: Points from west to east.
  ///   - layout: Blocks along the rows and the columns; `nil` to choose.
  ///   - periodic: Whether the tile closes on itself along both axes.
  ///   - ranks: How many ranks share the tile, each with one block.
  /// - Throws: `TopologyError` if the tile has no point or the layout does not fit the tile or the ranks.
  public init(
    rows: Int, columns: Int, layout: [Int]? = nil, periodic: Bool, ranks: Int
  ) throws(TopologyError) {
    try self.init(
      extents: [rows, columns], periodic: [periodic, periodic], ranks: ranks, processGrid: layout)
  }
}
