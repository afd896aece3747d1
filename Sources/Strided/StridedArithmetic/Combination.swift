/// How two values become one.
public enum Combination: String, Hashable, Sendable, CaseIterable {
  /// The sum; integers wrap around.
  case sum
  /// The lesser; not a number if either is none (IEEE 754-2019, `minimum`).
  case min
  /// The greater; not a number if either is none (IEEE 754-2019, `maximum`).
  case max
}
