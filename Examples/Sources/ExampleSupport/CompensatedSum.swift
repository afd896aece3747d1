/// A sum that carries its rounding error along (Neumaier 1974), near enough to tell the rounding of a model from a loss.
public struct CompensatedSum: Sendable {
  @usableFromInline var sum = 0.0
  @usableFromInline var lost = 0.0

  /// Of no number yet.
  @inlinable public init() {}

  /// What has been added, with what plain sums would have lost.
  @inlinable public var total: Double { sum + lost }

  /// Adds a number.
  @inlinable public mutating func add(_ term: Double) {
    let total = sum + term
    lost += abs(sum) >= abs(term) ? (sum - total) + term : (term - total) + sum
    sum = total
  }
}
