/// The halo widths of all axes: one number for every axis, or one entry an axis.
///
/// ```swift
/// let everywhere: HaloWidths = 1
/// let perAxis: HaloWidths = [2, 1, 0]
/// let perSide: HaloWidths = [HaloSides(lower: 2, upper: 1), 1, 0]
/// ```
public struct HaloWidths: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
  CustomStringConvertible
{
  private enum Storage: Hashable {
    case everyAxis(HaloSides)
    case perAxis([HaloSides])
  }
  private let storage: Storage

  /// The same width on both sides of every axis.
  public init(_ width: Int) {
    storage = .everyAxis(HaloSides(lower: width, upper: width))
  }

  /// The same pair of widths on every axis.
  public init(_ sides: HaloSides) {
    storage = .everyAxis(sides)
  }

  /// One entry for each axis, in array order.
  public init(_ sides: [HaloSides]) {
    storage = .perAxis(sides)
  }

  /// The same width on both sides of every axis.
  public init(integerLiteral width: Int) {
    self.init(width)
  }

  /// One entry for each axis, in array order.
  public init(arrayLiteral sides: HaloSides...) {
    self.init(sides)
  }

  /// The widths of each axis.
  ///
  /// - Parameters:
  ///   - axisCount: The number of axes.
  ///   - undivided: Axes that have no halo unless there is an entry for each axis.
  /// - Throws: `TopologyError.wrongLength` if one entry an axis was given and their number is not `axisCount`,
  ///   `TopologyError.negativeHalo` if a width is below zero.
  public func resolved(axisCount: Int, excepting undivided: [Int] = []) throws(TopologyError) -> [HaloSides] {
    let sides: [HaloSides]
    switch storage {
    case .everyAxis(let each): sides = (0..<axisCount).map { undivided.contains($0) ? 0 : each }
    case .perAxis(let list): sides = list
    }
    guard sides.count == axisCount else {
      throw .wrongLength(of: "halo widths", expected: axisCount, found: sides.count)
    }
    for (axis, side) in sides.enumerated() where side.lower < 0 || side.upper < 0 {
      throw .negativeHalo(axis: axis, found: side)
    }
    return sides
  }

  /// The widths as they would be written in source.
  public var description: String {
    switch storage {
    case .everyAxis(let sides): sides.description
    case .perAxis(let list): "[" + list.map(\.description).joined(separator: ", ") + "]"
    }
  }
}
