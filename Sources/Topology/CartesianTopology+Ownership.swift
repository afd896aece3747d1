extension CartesianTopology {
  /// Where a rank stands in the process grid.
  public func coordinates(of rank: Int) -> [Int] {
    checkRank(rank)
    var rest = rank
    var coordinates = [Int](repeating: 0, count: axisCount)
    for axis in processGrid.indices.reversed() {
      coordinates[axis] = rest % processGrid[axis]
      rest /= processGrid[axis]
    }
    return coordinates
  }

  /// The rank at a place in the process grid, or `nil` beyond an edge that is not periodic.
  public func rank(at coordinates: [Int]) -> Int? {
    guard coordinates.count == axisCount else {
      fatalError("CartesianTopology: \(axisCount) coordinates expected, \(coordinates.count) given")
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
    coordinates(of: rank).enumerated().map { axis, place in owned(at: place, along: axis) }
  }

  /// The points along an axis of the ranks at one place of it.
  func owned(at place: Int, along axis: Int) -> Range<Int> {
    let (share, extra) = extents[axis].quotientAndRemainder(dividingBy: processGrid[axis])
    let start = place * share + min(place, extra)
    return start..<(start + share + (place < extra ? 1 : 0))
  }

  /// The place along an axis of the ranks that own a point; those at its upper end own what lies beyond.
  package func place(of point: Int, along axis: Int) -> Int {
    let (share, extra) = extents[axis].quotientAndRemainder(dividingBy: processGrid[axis])
    let larger = extra * (share + 1)
    let place = point < larger ? point / (share + 1) : extra + (point - larger) / share
    return min(max(place, 0), processGrid[axis] - 1)
  }

  /// The ranks that own points of a box, which may reach beyond the grid.
  func owners(in box: [Range<Int>]) -> [Int] {
    box.enumerated().reduce([0]) { ranks, axis in
      let (axis, range) = axis
      let places = (0..<processGrid[axis]).filter { owned(at: $0, along: axis).overlaps(range) }
      return ranks.flatMap { rank in places.map { rank * processGrid[axis] + $0 } }
    }
  }

  private func checkRank(_ rank: Int) {
    guard (0..<rankCount).contains(rank) else {
      fatalError("CartesianTopology: rank \(rank) does not exist, there are \(rankCount)")
    }
  }
}
