extension [Range<Int>] {
  /// All cells of a box, the last axis varying fastest.
  public var cells: [[Int]] {
    reduce([[]]) { heads, range in heads.flatMap { head in range.map { head + [$0] } } }
  }

  /// Whether a cell lies in a box.
  public func contains(_ cell: [Int]) -> Bool {
    zip(self, cell).allSatisfy { $0.contains($1) }
  }
}
