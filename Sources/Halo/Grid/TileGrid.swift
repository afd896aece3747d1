public import MPI

/// One tile split over the ranks of a communicator: a Cartesian grid of two axes, rows and columns.
///
/// ```swift
/// let grid = try TileGrid(rows: 48, columns: 96, layout: [2, 2], periodic: true, over: world)
/// ```
public typealias TileGrid = CartesianGrid

extension TileGrid {
  /// Splits a tile; collective.
  ///
  /// - Parameters:
  ///   - rows: Points from south to north.
  ///   - columns: Points from west to east.
  ///   - layout: Blocks along the rows and the columns, one a rank; `nil` to choose.
  ///   - periodic: Whether the tile closes on itself along both axes.
  ///   - communicator: The ranks.
  /// - Throws: `HaloError.topology` if the tile has no point or the layout does not fit the tile or the ranks; the
  ///   same on every rank. `HaloError.mpi` if a rank does not come.
  public init(
    rows: Int, columns: Int, layout: [Int]? = nil, periodic: Bool = false, over communicator: Communicator
  ) throws(HaloError) {
    try self.init(
      global: [rows, columns], periodic: [periodic, periodic], processGrid: layout, over: communicator)
  }
}
