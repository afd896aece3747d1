extension Int {
  /// The least multiple of `step` that is not below a number of 0 or more; traps if it cannot be represented.
  @inlinable package func rounded(upToMultipleOf step: Int) -> Int { (self + step - 1) / step * step }
}
