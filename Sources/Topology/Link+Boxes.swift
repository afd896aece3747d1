extension [Range<Int>] {
  /// A box as it is written in source: `[0..<4, -1..<0]`.
  package var boxDescription: String {
    "[" + map { "\($0.lowerBound)..<\($0.upperBound)" }.joined(separator: ", ") + "]"
  }
}
