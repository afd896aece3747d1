extension CartesianTopology {
  /// The process grid whose busiest rank shares the least surface with others, or `nil` if none gives every rank a point.
  static func leastSurface(extents: [Int], periodic: [Bool], ranks: Int) -> [Int]? {
    var best: (grid: [Int], surface: Double)?
    func visit(_ chosen: [Int], _ remaining: Int) {
      let axis = chosen.count
      if axis == extents.count - 1 {
        guard remaining <= extents[axis] else { return }
        let grid = chosen + [remaining]
        let surface = surface(of: grid, extents: extents, periodic: periodic)
        guard let rival = best else {
          best = (grid, surface)
          return
        }
        // Of two that are equal in both, the one met later has more ranks on the slower axes.
        if (surface, grid.max() ?? 1) <= (rival.surface, rival.grid.max() ?? 1) { best = (grid, surface) }
        return
      }
      for count in divisors(of: remaining) where count <= extents[axis] {
        visit(chosen + [count], remaining / count)
      }
    }
    visit([], ranks)
    return best?.grid
  }

  /// Points on the faces that the busiest rank shares with others; floating-point, so that it cannot overflow.
  private static func surface(of grid: [Int], extents: [Int], periodic: [Bool]) -> Double {
    let block = zip(extents, grid).map { ($0 + $1 - 1) / $1 }
    var total = 0.0
    for axis in grid.indices where grid[axis] > 1 {
      var face = periodic[axis] || grid[axis] > 2 ? 2.0 : 1.0
      for other in block.indices where other != axis { face *= Double(block[other]) }
      total += face
    }
    return total
  }

  private static func divisors(of number: Int) -> [Int] {
    var small: [Int] = []
    var large: [Int] = []
    var candidate = 1
    while candidate <= number / candidate {
      if number % candidate == 0 {
        small.append(candidate)
        if candidate != number / candidate { large.append(number / candidate) }
      }
      candidate += 1
    }
    return small + large.reversed()
  }
}
