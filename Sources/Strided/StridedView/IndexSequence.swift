/// The indices of an array in logical order, the last axis fastest.
@usableFromInline struct IndexSequence: Sequence, IteratorProtocol {
  private let shape: PerAxis
  private var index: PerAxis
  private var remaining: Int

  @usableFromInline init(_ shape: PerAxis) {
    self.shape = shape
    index = PerAxis(repeating: 0, count: shape.count)
    remaining = shape.reduce(1, *)
  }

  @usableFromInline mutating func next() -> PerAxis? {
    guard remaining > 0 else { return nil }
    remaining -= 1
    let current = index
    var axis = shape.count - 1
    while axis >= 0 {
      index[axis] += 1
      if index[axis] < shape[axis] { break }
      index[axis] = 0
      axis -= 1
    }
    return current
  }
}
