/// A box of points split over ranks into blocks: who owns what, and who neighbours whom.
///
/// Ranks are plain numbers here, in C order over the process grid (the last axis varies fastest), as MPI's
/// Cartesian topologies number them (MPI 3.1, section 7.5). An extent that does not divide evenly gives one
/// point more to the first ranks of its axis.
///
/// ```swift
/// let topology = try CartesianTopology(extents: [91, 120], periodic: [false, false], ranks: 6)
/// topology.processGrid          // [2, 3]
/// topology.owned(by: 5)         // [46..<91, 80..<120]
/// ```
public struct CartesianTopology: Hashable, Sendable {
  /// Points along each axis of the whole grid.
  public let extents: [Int]
  /// Whether each axis closes on itself.
  public let periodic: [Bool]
  /// Ranks along each axis.
  public let processGrid: [Int]

  /// Splits a grid.
  ///
  /// Without a process grid, the one is chosen whose busiest rank shares the least surface with others; among
  /// equals, the one with the most even blocks, then the one that splits the slower axes, since their faces are
  /// contiguous in memory.
  ///
  /// - Parameters:
  ///   - extents: Points along each of 1 to 4 axes.
  ///   - periodic: One flag an axis.
  ///   - ranks: How many ranks share the grid.
  ///   - processGrid: Ranks along each axis, or `nil` to choose.
  /// - Throws: `TopologyError` if lists differ in length, an extent is below 1, or the ranks do not fit.
  /// - Complexity: The number of factorisations of `ranks`.
  public init(
    extents: [Int], periodic: [Bool], ranks: Int, processGrid: [Int]? = nil
  ) throws(TopologyError) {
    guard (1...4).contains(extents.count) else { throw .unsupportedRank(found: extents.count) }
    for (axis, extent) in extents.enumerated() where extent < 1 {
      throw .emptyExtent(axis: axis, found: extent)
    }
    guard periodic.count == extents.count else {
      throw .wrongLength(of: "periodic flags", expected: extents.count, found: periodic.count)
    }
    guard ranks >= 1 else { throw .noRanks(found: ranks) }
    var points = 1
    for extent in extents {
      let (product, overflow) = points.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw .tooManyPoints(extents: extents) }
      points = product
    }
    guard ranks <= points else { throw .moreRanksThanPoints(ranks: ranks, points: points) }
    self.extents = extents
    self.periodic = periodic
    if let processGrid {
      try Self.check(processGrid, extents: extents, ranks: ranks)
      self.processGrid = processGrid
    } else {
      guard let chosen = Self.leastSurface(extents: extents, periodic: periodic, ranks: ranks) else {
        throw .noFittingProcessGrid(ranks: ranks, extents: extents)
      }
      self.processGrid = chosen
    }
  }

  /// The number of axes.
  public var rank: Int { extents.count }

  /// The number of ranks.
  public var rankCount: Int { processGrid.reduce(1, *) }

  private static func check(
    _ processGrid: [Int], extents: [Int], ranks: Int
  ) throws(TopologyError) {
    guard processGrid.count == extents.count else {
      throw .wrongLength(of: "process grid", expected: extents.count, found: processGrid.count)
    }
    var product = 1
    var overflowed = false
    for (axis, count) in processGrid.enumerated() {
      guard count >= 1 else { throw .emptyProcessGrid(axis: axis, found: count) }
      let (partial, overflow) = product.multipliedReportingOverflow(by: count)
      overflowed = overflowed || overflow
      product = partial
    }
    guard !overflowed, product == ranks else {
      throw .wrongProcessGrid(processGrid: processGrid, expectedRanks: ranks)
    }
    for (axis, count) in processGrid.enumerated() where count > extents[axis] {
      throw .axisOversplit(axis: axis, extent: extents[axis], ranks: count)
    }
  }
}

// MARK: - Choosing the process grid

extension CartesianTopology {
  private static func leastSurface(extents: [Int], periodic: [Bool], ranks: Int) -> [Int]? {
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

// MARK: - Who owns what

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

// MARK: - Who neighbours whom

extension CartesianTopology {
  /// Refuses halos that one neighbour alone cannot fill.
  ///
  /// - Parameter halo: The widths of each axis.
  /// - Throws: `TopologyError.haloWiderThanBlock`, the same on every rank: the smallest block is the last one
  ///   of its axis. A halo towards no neighbour at all may be as wide as one likes.
  public func check(halo: [HaloSides]) throws(TopologyError) {
    guard halo.count == rank else {
      throw .wrongLength(of: "halo widths", expected: rank, found: halo.count)
    }
    for axis in extents.indices {
      guard processGrid[axis] > 1 || periodic[axis] else { continue }
      let block = extents[axis] / processGrid[axis]
      guard max(halo[axis].lower, halo[axis].upper) <= block else {
        var last = [Int](repeating: 0, count: rank)
        last[axis] = processGrid[axis] - 1
        throw .haloWiderThanBlock(
          axis: axis, halo: halo[axis], block: block, rank: self.rank(at: last) ?? 0)
      }
    }
  }

  /// What a rank sends and receives in one halo update.
  ///
  /// A link for every direction in which a neighbour exists and a halo cell is to be filled or sent; with
  /// `.star` only along axes. A direction whose send and receive boxes are both empty has no link.
  ///
  /// - Parameters:
  ///   - rank: The rank whose links are asked for.
  ///   - halo: The widths of each axis; checked by ``check(halo:)``.
  ///   - stencil: Which neighbours take part.
  /// - Returns: Links in order of direction, the last axis varying fastest.
  /// - Complexity: O(3^axes).
  public func links(
    of rank: Int, halo: [HaloSides], stencil: Stencil
  ) throws(TopologyError) -> [Link] {
    try check(halo: halo)
    let here = coordinates(of: rank)
    let blocks = owned(by: rank).map(\.count)
    var links: [Link] = []
    for direction in directions(stencil) {
      guard let peer = self.rank(at: zip(here, direction).map(+)) else { continue }
      // The lower neighbour's upper halo is filled from my lowest cells, and the other way round.
      let send = direction.indices.map { axis -> Range<Int> in
        switch direction[axis] {
        case -1: 0..<halo[axis].upper
        case 1: (blocks[axis] - halo[axis].lower)..<blocks[axis]
        default: 0..<blocks[axis]
        }
      }
      let receive = direction.indices.map { axis -> Range<Int> in
        switch direction[axis] {
        case -1: -halo[axis].lower..<0
        case 1: blocks[axis]..<(blocks[axis] + halo[axis].upper)
        default: 0..<blocks[axis]
        }
      }
      if send.contains(where: \.isEmpty) && receive.contains(where: \.isEmpty) { continue }
      links.append(
        Link(
          peer: peer, send: send, receive: receive, direction: direction,
          peerDirection: direction.map { -$0 }))
    }
    return links
  }

  private func directions(_ stencil: Stencil) -> [[Int]] {
    var all: [[Int]] = [[]]
    for _ in extents { all = all.flatMap { head in [-1, 0, 1].map { head + [$0] } } }
    return all.filter { direction in
      let moved = direction.count { $0 != 0 }
      return stencil == .star ? moved == 1 : moved > 0
    }
  }
}
