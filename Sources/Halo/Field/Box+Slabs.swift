extension Box {
  /// One of several slabs that are about equally thick and make up the box, by its number from 0.
  func slab(_ number: Int, of count: Int, along axis: Int) -> Box {
    let (start, extent) = (lower[axis], upper[axis] - lower[axis])
    var slab = self
    slab[axis] = start + extent * number / count..<start + extent * (number + 1) / count
    return slab
  }

  /// The axis along which a box is best cut into slabs: the first of those that give the most of them.
  ///
  /// - Returns: `nil` if no axis is allowed.
  func axisToCut(into count: Int, _ isAllowed: (Int) -> Bool) -> Int? {
    var best: Int?
    for axis in 0..<Rank where isAllowed(axis) {
      let slabs = Swift.min(count, self[axis].count)
      if best.map({ Swift.min(count, self[$0].count) < slabs }) ?? true { best = axis }
    }
    return best
  }
}
