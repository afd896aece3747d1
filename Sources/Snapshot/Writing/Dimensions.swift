import Halo

/// How the axes of arrays are called, so that a tool knows which belong together.
struct Dimensions {
  /// The names of the grid's axes.
  let grid: [String]

  static let tile = "tile"

  /// - Parameter names: The names of the grid's axes, or `nil` for some.
  init(_ names: [String]?, gridAxisCount: Int) throws(Problem) {
    let names = names ?? (0..<gridAxisCount).map { "axis_\($0)" }
    guard names.count == gridAxisCount, Set(names).count == gridAxisCount, !names.contains("") else {
      throw Problem(
        .mismatch, "the dimensions \(names): give \(gridAxisCount) names, one for each axis of the grid")
    }
    grid = names
  }

  /// The names of an array's axes; the faces of cells are not the cells.
  func names(of entry: borrowing Snapshot.Contents.Entry) -> [String] {
    var extra = entry.extraAxes[...]
    return entry.array.axes.enumerated().map { place, axis in
      switch axis {
      case nil: Self.tile
      case .grid(let axis, let staggered)?: grid[axis] + (staggered ? "_faces" : "")
      case .extra?: extra.popFirst() ?? "\(entry.name)_\(place)"
      }
    }
  }
}
