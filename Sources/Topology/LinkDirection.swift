/// Which boundary of a block a link crosses: a step of -1, 0 or 1 along each axis, or a name of the user's.
///
/// ```swift
/// let upper: LinkDirection = [0, 1]              // across the upper end of the second axis
/// let inlet: LinkDirection = "inlet"
/// ```
///
/// The directions of one block are all different: they are what tells its links apart. Where one side of a block
/// faces several others, they are the parts of one direction.
public struct LinkDirection: Hashable, Sendable {
  /// The step along each axis; empty where the direction is a name.
  public let steps: [Int]
  /// Which of the links that cross the same side, counted along it; 0 where it faces one block.
  public let part: Int
  /// The name; empty where the direction is given by steps.
  public let name: String

  /// A direction by its step along each axis.
  public init(_ steps: [Int], part: Int = 0) {
    self.steps = steps
    self.part = part
    name = ""
  }

  /// A direction by name.
  public init(_ name: String) {
    steps = []
    part = 0
    self.name = name
  }

  /// Where the block lies, seen from over there; a name is its own opposite.
  public var opposite: LinkDirection {
    name.isEmpty ? LinkDirection(steps.map { -$0 }, part: part) : self
  }
}

extension LinkDirection: Comparable {
  /// Steps come in the order of their first difference, then by part; names behind them in theirs.
  public static func < (left: LinkDirection, right: LinkDirection) -> Bool {
    if left.name != right.name { return left.name < right.name }
    if left.steps != right.steps { return left.steps.lexicographicallyPrecedes(right.steps) }
    return left.part < right.part
  }
}

extension LinkDirection: ExpressibleByArrayLiteral, ExpressibleByStringLiteral, CustomStringConvertible {
  /// A direction by its step along each axis.
  public init(arrayLiteral steps: Int...) {
    self.init(steps)
  }

  /// A direction by name.
  public init(stringLiteral name: String) {
    self.init(name)
  }

  /// The steps as a list, or the name in quotation marks.
  public var description: String {
    name.isEmpty ? "\(steps)" + (part == 0 ? "" : " part \(part)") : "'\(name)'"
  }
}
