/// How many halo cells lie below and above the owned cells of one axis.
///
/// An integer literal gives both sides the same width:
///
/// ```swift
/// let symmetric: HaloSides = 2                       // two below, two above
/// let upwind = HaloSides(lower: 2, upper: 1)         // two below, one above
/// ```
@frozen
public struct HaloSides: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// Cells below index 0.
  public var lower: Int
  /// Cells from the owned extent upwards.
  public var upper: Int

  /// Gives each side its own width, in cells.
  @inlinable
  public init(lower: Int, upper: Int) {
    self.lower = lower
    self.upper = upper
  }

  /// Gives both sides the same width, in cells.
  @inlinable
  public init(integerLiteral width: Int) {
    self.init(lower: width, upper: width)
  }

  /// The width, or `lower|upper` where the sides differ.
  public var description: String {
    lower == upper ? "\(lower)" : "\(lower)|\(upper)"
  }
}
