/// A box of cells: one index range an axis.
///
/// Cells are counted from the first owned one: 0 is owned, the halo lies at negative indices and from the owned
/// extent upwards.
///
/// ```swift
/// for i in box[0] { for j in box[1] { let row = u.row(i, j, box[2]) … } }
/// ```
@frozen
public struct Box<let Rank: Int>: BitwiseCopyable, Sendable {
  /// The lowest index of each axis.
  public var lower: InlineArray<Rank, Int>
  /// One past the highest index of each axis.
  public var upper: InlineArray<Rank, Int>

  /// Makes a box from its bounds; an axis whose upper bound lies below the lower one traps when it is read.
  @inlinable
  public init(lower: InlineArray<Rank, Int>, upper: InlineArray<Rank, Int>) {
    self.lower = lower
    self.upper = upper
  }

  /// The range of one axis.
  @inlinable
  public subscript(axis: Int) -> Range<Int> {
    get { lower[axis]..<upper[axis] }
    set {
      lower[axis] = newValue.lowerBound
      upper[axis] = newValue.upperBound
    }
  }

  /// Whether an axis is empty, and with it the box.
  @inlinable
  public var isEmpty: Bool {
    for axis in 0..<Rank where lower[axis] >= upper[axis] { return true }
    return false
  }

  /// The number of cells.
  @inlinable
  public var count: Int {
    var total = 1
    for axis in 0..<Rank { total *= Swift.max(0, upper[axis] - lower[axis]) }
    return total
  }

  /// Whether a cell lies in the box.
  @inlinable
  public func contains(_ cell: InlineArray<Rank, Int>) -> Bool {
    for axis in 0..<Rank where cell[axis] < lower[axis] || cell[axis] >= upper[axis] { return false }
    return true
  }

  /// The box without `widths` cells on either side of each axis; empty where nothing is left.
  @inlinable
  public func inset(lower widthsBelow: InlineArray<Rank, Int>, upper widthsAbove: InlineArray<Rank, Int>)
    -> Box
  {
    var inner = self
    for axis in 0..<Rank {
      inner.lower[axis] = Swift.min(lower[axis] + widthsBelow[axis], upper[axis])
      inner.upper[axis] = Swift.max(upper[axis] - widthsAbove[axis], inner.lower[axis])
    }
    return inner
  }
}

extension Box: Equatable, CustomStringConvertible {
  /// Whether both boxes have the same bounds.
  @inlinable
  public static func == (left: Box, right: Box) -> Bool {
    for axis in 0..<Rank
    where left.lower[axis] != right.lower[axis] || left.upper[axis] != right.upper[axis] {
      return false
    }
    return true
  }

  /// The ranges, as in `[0..<4, -1..<3]`.
  public var description: String {
    var ranges: [String] = []
    for axis in 0..<Rank { ranges.append("\(lower[axis])..<\(upper[axis])") }
    return "[" + ranges.joined(separator: ", ") + "]"
  }
}

extension Range<Int> {
  /// The range moved by a number of cells: `k.shifted(by: -1)` reads the neighbours below.
  @inlinable
  public func shifted(by cells: Int) -> Range<Int> {
    (lowerBound + cells)..<(upperBound + cells)
  }
}
