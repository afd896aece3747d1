extension StridedCopy {
  /// The same bytes as a list of copies moves, in as few sweeps over memory as possible.
  ///
  /// Both faces of an array's fastest axis are made of short runs, and the run at the end of a row shares cache
  /// lines with the one at the start of the next. Two sweeps fetch those lines twice. Here copies of one shape
  /// that meet in cache lines become one copy of pairs of runs, row by row; what is left is ordered so that short
  /// runs come first and find their lines in the caches when long ones pass.
  ///
  ///     let wraps = StridedCopy.fused([leftToRight, rightToLeft], inPlace: true)
  ///     for wrap in wraps { unsafe wrap.execute(from: field, to: field) }
  ///
  /// The copies must be independent: no byte that one of them writes may be read or written by another. All of
  /// them start from the same two addresses.
  ///
  /// - Parameters:
  ///   - copies: What is to be copied; those without a byte are left out of the result.
  ///   - inPlace: Whether both addresses will be the same, as for the wrap of a periodic array.
  /// - Complexity: grows with the square of the number of copies.
  public static func fused(_ copies: [StridedCopy], inPlace: Bool) -> [StridedCopy] {
    var fused: [StridedCopy] = []
    for copy in copies where copy.byteCount > 0 {
      let partner = fused.indices.first { fused[$0].meetsInLines(copy, inPlace: inPlace) }
      if let partner, let pair = StridedCopy(pairing: fused[partner], with: copy) {
        fused[partner] = pair
      } else {
        fused.append(copy)
      }
    }
    // Not by `sort`, which promises no order among equals.
    return fused.enumerated().sorted { ($0.element.runBytes, $0.offset) < ($1.element.runBytes, $1.offset) }
      .map(\.element)
  }

  /// The same copy from and to other places.
  public func moved(source: Int, destination: Int) -> StridedCopy {
    StridedCopy(moving: self, source: source, destination: destination)
  }

  /// Whether runs of both copies lie in one cache line row after row.
  private func meetsInLines(_ other: StridedCopy, inPlace: Bool) -> Bool {
    guard kernel == .shortRuns, other.kernel == .shortRuns, counts.count > 0 else { return false }
    guard runBytes == other.runBytes, counts == other.counts, sourceStrides == other.sourceStrides,
      destinationStrides == other.destinationStrides
    else { return false }
    let (source, destination) = (sourceStrides[0], destinationStrides[0])
    if areNeighbours(destinationOffset, other.destinationOffset, stride: destination) { return true }
    if areNeighbours(sourceOffset, other.sourceOffset, stride: source) { return true }
    return inPlace && source == destination
      && (areNeighbours(sourceOffset, other.destinationOffset, stride: source)
        || areNeighbours(destinationOffset, other.sourceOffset, stride: source))
  }

  /// Whether two runs, or the one and another row's other, are less than a cache line apart.
  private func areNeighbours(_ one: Int, _ other: Int, stride: Int) -> Bool {
    let row = Int(stride.magnitude)
    guard row >= 2 * StridedCopy.lineBytes else { return false }
    let reach = runBytes + StridedCopy.lineBytes
    let distance = Int((one - other).magnitude)
    let rest = distance % row
    // Not rows apart: what meets in one line must be copied at the same time.
    return distance <= row + reach && min(rest, row - rest) < reach
  }
}

extension StridedCopy.Lowering {
  /// Two copies of one shape as one of pairs; `nil` if that would be too many levels.
  init?(pairing one: StridedCopy, with other: StridedCopy) {
    guard one.counts.count < PerAxis.maximumRank, one.destinationOffset != other.destinationOffset else {
      return nil
    }
    let (first, second) = one.destinationOffset < other.destinationOffset ? (one, other) : (other, one)
    self.init(first)
    insertLevel(
      count: 2, source: second.sourceOffset - first.sourceOffset,
      destination: second.destinationOffset - first.destinationOffset, at: 0)
  }
}
