/// What one axis of a field is.
///
/// ```swift
/// // Five components of a flux through the faces of axis 1, with the components first in memory.
/// let flux = try Field<Double, 4>(
///   on: grid, axes: [.extra(5), .grid(0), .grid(1, staggered: true), .grid(2)], halo: [0, 1, 1, 1])
/// ```
public enum FieldAxis: Hashable, Sendable {
  /// An axis of the grid, split over the ranks.
  ///
  /// A block of n cells has n + 1 points on a staggered axis, its cells' faces: point i lies below cell i. The
  /// first and the last point of a block are also its neighbours'; such a point belongs to the rank above it,
  /// whose point 0 it is.
  case grid(Int, staggered: Bool = false)
  /// An axis that is not split, of so many points: levels, components, wave numbers.
  case extra(Int)

  /// The grid's axis, or `nil` for an extra one.
  public var gridAxis: Int? {
    switch self {
    case .grid(let axis, _): axis
    case .extra: nil
    }
  }

  /// Whether the axis has a point more than the grid's block has cells.
  public var isStaggered: Bool {
    switch self {
    case .grid(_, let staggered): staggered
    case .extra: false
    }
  }

  /// The points of the axis over a block with so many cells along each axis of the grid.
  func points(over cells: [Int]) -> Int {
    switch self {
    case .grid(let axis, let staggered): cells[axis].addingOrLargest(staggered ? 1 : 0)
    case .extra(let points): points
    }
  }
}

extension FieldAxis: CustomStringConvertible {
  /// The axis in words: `grid axis 1, staggered`.
  public var description: String {
    switch self {
    case .grid(let axis, let staggered): "grid axis \(axis)" + (staggered ? ", staggered" : "")
    case .extra(let points): "\(points) extra points"
    }
  }
}
