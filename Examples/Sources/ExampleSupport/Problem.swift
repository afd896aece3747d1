/// What keeps an example from running, in one line.
public struct Problem: Error, Hashable, CustomStringConvertible {
  /// The line.
  public let description: String

  /// A problem in words.
  public init(_ description: String) { self.description = description }
}
