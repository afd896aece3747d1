/// How two values become one.
public enum Combination: String, Hashable, Sendable, CaseIterable {
  /// The sum; integers wrap around.
  case sum
  /// The lesser.
  case min
  /// The greater.
  case max
}
