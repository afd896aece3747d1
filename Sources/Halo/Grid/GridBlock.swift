/// Where one of a rank's blocks lies in its grid.
struct GridBlock {
  /// Which of the rank's blocks it is; 0 where a rank has one.
  var number = 0
  /// The global indices of its cells, one range an axis of the grid.
  let cells: [Range<Int>]
  /// The cells of the whole grid along each axis.
  let gridExtents: [Int]
  /// Which axes of the grid close on themselves.
  let periodic: [Bool]

  /// Cells along each axis of the grid.
  var extents: [Int] { cells.map(\.count) }

  /// Whether the block lies at the lower end of an axis of the grid.
  func isFirst(along axis: Int) -> Bool { cells[axis].lowerBound == 0 }

  /// Whether the block lies at the upper end of an axis of the grid.
  func isLast(along axis: Int) -> Bool { cells[axis].upperBound == gridExtents[axis] }
}

extension GridBlock {
  /// The only block of a grid of its own.
  init(wholeOf extents: [Int]) {
    self.init(
      cells: extents.map { 0..<$0 }, gridExtents: extents, periodic: extents.map { _ in false })
  }

  /// A block on no grid, of so many cells along each axis.
  ///
  /// - Throws: `HaloError` if an axis has none.
  init(_ number: Int, cells extents: [Int]) throws(HaloError) {
    for (axis, extent) in extents.enumerated() where extent < 1 {
      throw .topology(.emptyExtent(axis: axis, found: extent))
    }
    self.init(wholeOf: extents)
    self.number = number
  }
}

extension CartesianGrid {
  /// This rank's block.
  var block: GridBlock { block(of: communicator.rank) }

  /// The block of any rank.
  func block(of rank: Int) -> GridBlock {
    GridBlock(cells: topology.owned(by: rank), gridExtents: extents, periodic: topology.periodic)
  }
}

extension CubedSphereGrid {
  /// One of this rank's blocks, in points of its tile.
  func block(_ number: Int) -> GridBlock {
    GridBlock(
      number: number, cells: owned(byBlock: number), gridExtents: topology.tile.extents,
      periodic: [false, false])
  }
}
