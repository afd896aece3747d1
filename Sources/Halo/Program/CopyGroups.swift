import Strided

/// Copies grouped by what they run between, to be fused group by group, in the order in which the groups began.
struct CopyGroups<Ends: Hashable> {
  private var copies: [Ends: [StridedCopy]] = [:]
  private var order: [Ends] = []

  mutating func add(_ copy: StridedCopy, between ends: Ends) {
    if copies[ends] == nil { order.append(ends) }
    copies[ends, default: []].append(copy)
  }

  /// The bytes of every group in as few sweeps over memory as possible.
  ///
  /// - Parameter isInPlace: Whether both addresses of a group will be the same.
  func fused(inPlace isInPlace: (Ends) -> Bool = { _ in false }) -> [(ends: Ends, copy: StridedCopy)] {
    order.flatMap { ends in
      StridedCopy.fused(copies[ends, default: []], inPlace: isInPlace(ends)).map { (ends, $0) }
    }
  }
}
