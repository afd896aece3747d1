/// Which parts of a row of bytes are free: hands out the lowest that fits, and joins what comes back.
///
/// Knows numbers only, no memory.
struct FreeExtents {
  /// In order, none empty, no two touching.
  private(set) var extents: [Range<Int>]
  private let all: Range<Int>

  init(_ all: Range<Int>) {
    self.all = all
    extents = all.isEmpty ? [] : [all]
  }

  /// Where a request of bytes may begin: at multiples of `alignment`, and `offset` behind them.
  struct Request {
    let byteCount: Int
    let alignment: Int
    let offset: Int

    /// The first possible beginning at or behind a place.
    func start(from place: Int) -> Int {
      max(place - offset, 0).rounded(upToMultipleOf: alignment) + offset
    }
  }

  /// Takes bytes out; `nil` if no extent has so many in one piece.
  ///
  /// - Complexity: O(free extents).
  mutating func take(_ request: Request) -> Range<Int>? {
    for (index, extent) in extents.enumerated() {
      let start = request.start(from: extent.lowerBound)
      guard start <= extent.upperBound, extent.upperBound - start >= request.byteCount else { continue }
      let taken = start..<start + request.byteCount
      let left = [extent.lowerBound..<taken.lowerBound, taken.upperBound..<extent.upperBound]
      extents.replaceSubrange(index...index, with: left.filter { !$0.isEmpty })
      return taken
    }
    return nil
  }

  /// Gives bytes back, and returns the free extent that they are now in; `nil` if some of them were not taken.
  ///
  /// - Complexity: O(free extents).
  mutating func give(_ range: Range<Int>) -> Range<Int>? {
    guard range.clamped(to: all) == range else { return nil }
    let above = extents.partitioningIndex { $0.lowerBound >= range.lowerBound }
    var (first, last, joined) = (above, above, range)
    if above < extents.endIndex {
      guard extents[above].lowerBound >= range.upperBound else { return nil }
      if extents[above].lowerBound == range.upperBound {
        joined = joined.lowerBound..<extents[above].upperBound
        last += 1
      }
    }
    if above > 0 {
      let below = extents[above - 1]
      guard below.upperBound <= range.lowerBound else { return nil }
      if below.upperBound == range.lowerBound {
        joined = below.lowerBound..<joined.upperBound
        first -= 1
      }
    }
    extents.replaceSubrange(first..<last, with: [joined])
    return joined
  }
}

extension Array where Element == Range<Int> {
  /// The first index whose element fulfils a condition that holds for all after it.
  fileprivate func partitioningIndex(where belongsAbove: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = (low + high) / 2
      if belongsAbove(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
