extension Region {
  /// Whether some byte belongs to both regions, counted from one base address.
  ///
  /// The answer is exact.
  ///
  /// - Complexity: constant for two boxes of one array. For regions whose strides do not match it grows at worst
  ///   with the number of runs of the one times that of the other within reach of each other.
  public func overlaps(_ other: Region) -> Bool {
    guard !isEmpty, !other.isEmpty else { return false }
    return Region.meet(self, counts.count, other, other.counts.count, distance: other.offset - offset)
  }

  /// Whether the inner `left` levels of one region meet the inner `right` levels of another that starts
  /// `distance` bytes behind.
  private static func meet(
    _ one: Region, _ left: Int, _ other: Region, _ right: Int, distance: Int
  ) -> Bool {
    guard distance < one.extent(levels: left), -distance < other.extent(levels: right) else { return false }
    let leftStride = left > 0 ? one.strides[left - 1] : 0
    let rightStride = right > 0 ? other.strides[right - 1] : 0
    if leftStride == rightStride {
      guard leftStride > 0 else { return true }
      // Equal strides: only the difference of the two indices matters.
      return steps(
        from: 1 - one.counts[left - 1], through: other.counts[right - 1] - 1, stride: leftStride, distance,
        one.extent(levels: left - 1), other.extent(levels: right - 1)
      ) { meet(one, left - 1, other, right - 1, distance: $0) }
    } else if leftStride > rightStride {
      return steps(
        from: 1 - one.counts[left - 1], through: 0, stride: leftStride, distance,
        one.extent(levels: left - 1), other.extent(levels: right)
      ) { meet(one, left - 1, other, right, distance: $0) }
    } else {
      return steps(
        from: 0, through: other.counts[right - 1] - 1, stride: rightStride, distance,
        one.extent(levels: left), other.extent(levels: right - 1)
      ) { meet(one, left, other, right - 1, distance: $0) }
    }
  }

  /// Tries every multiple of the stride that leaves the two within each other's reach.
  private static func steps(
    from lowest: Int, through highest: Int, stride: Int, _ distance: Int, _ ahead: Int, _ behind: Int,
    _ meets: (Int) -> Bool
  ) -> Bool {
    // -behind < distance + step * stride < ahead
    let first = Swift.max(lowest, floorDivide(-behind - distance, stride) + 1)
    let last = Swift.min(highest, -floorDivide(distance - ahead, stride) - 1)
    var step = first
    while step <= last {
      if meets(distance + step * stride) { return true }
      step += 1
    }
    return false
  }

  private static func floorDivide(_ dividend: Int, _ divisor: Int) -> Int {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// Bytes from the first to behind the last of the inner levels.
  private func extent(levels: Int) -> Int {
    var bytes = runBytes
    for level in 0..<levels { bytes += (counts[level] - 1) * strides[level] }
    return bytes
  }
}
