extension CartesianTopology {
  /// Where a rank stands in the process grid.
  public func coordinates(of rank: Int) -> [Int] {
    checkRank(rank)
    var rest = rank
    var coordinates = [Int](repeating: 0, count: self.rank)
    for axis in processGrid.indices.reversed() {
      coordinates[axis] = rest % processGrid[axis]
      rest /= processGrid[axis]
    }
    return coordinates
  }

  /// The rank at a place in the process grid, or `nil` beyond an edge that is not periodic.
  public func rank(at coordinates: [Int]) -> Int? {
    guard coordinates.count == rank else {
      fatalError("CartesianTopology: \(rank) coordinates expected, \(coordinates.count) given")
    }
    var number = 0
    for axis in processGrid.indices {
      let count = processGrid[axis]
      var place = coordinates[axis]
      if !(0..<count).contains(place) {
        guard periodic[axis] else { return nil }
        place = ((place % count) + count) % count
      }
      number = number * count + place
    }
    return number
  }

  /// The global indices of the points that a rank owns, one range an axis.
  public func owned(by rank: Int) -> [Range<Int>] {
    zip(coordinates(of: rank), zip(extents, processGrid)).map { place, axis in
      let (extent, count) = axis
      let (share, extra) = extent.quotientAndRemainder(dividingBy: count)
      let start = place * share + min(place, extra)
      return start..<(start + share + (place < extra ? 1 : 0))
    }
  }

  private func checkRank(_ rank: Int) {
    guard (0..<rankCount).contains(rank) else {
      fatalError("CartesianTopology: rank \(rank) does not exist, there are \(rankCount)")
    }
  }
}
