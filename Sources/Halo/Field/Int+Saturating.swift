extension Int {
  /// The sum of two numbers that are not negative, or the largest number there is.
  func addingOrLargest(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
