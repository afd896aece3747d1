/// Where one of a rank's blocks lies in its grid.
struct GridBlock {
  /// Which of the rank's blocks it is; 0 where a rank has one.
  var number = 0
  /// The global indices of its cells, one range an axis of the grid.
  let cells: [Range<Int>]
  /// The cells of the whole grid along each axis that closes on itself, `nil` along the others.
  let periods: [Int?]

  /// Cells along each axis of the grid.
  var extents: [Int] { cells.map(\.count) }
}

extension CartesianGrid {
  /// This rank's block.
  var block: GridBlock {
    GridBlock(cells: owned, periods: zip(extents, topology.periodic).map { $1 ? $0 : nil })
  }
}
