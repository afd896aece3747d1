import Halo

/// One box of a rank's halo, and where its values come from.
struct BlockBoundary {
  let peer: Int
  /// The cells that are filled.
  let halo: Box<3>
  /// The owned cells of the peer whose values they get; the peer's block is as large.
  let source: Box<3>

  /// All of a rank, by its place in the process grid alone.
  static func all(of setup: ExchangeSetup, rank: Int) -> [BlockBoundary] {
    let steps = [-1, 0, 1]
    let directions = steps.flatMap { i in steps.flatMap { j in steps.map { k in [i, j, k] } } }
    return directions.compactMap { direction in
      let axesOutside = direction.count { $0 != 0 }
      guard axesOutside == 1 || axesOutside > 1 && setup.stencil == .box else { return nil }
      return BlockBoundary(direction, of: setup, rank: rank)
    }
  }

  /// The box in a direction, -1, 0 or 1 along each axis; `nil` if it lies beyond an edge.
  private init?(_ direction: [Int], of setup: ExchangeSetup, rank: Int) {
    let (grid, halo) = (setup.processGrid, setup.halo)
    var peer = 0
    for (axis, coordinate) in setup.coordinates(ofRank: rank).enumerated() {
      let neighbour = coordinate + direction[axis]
      guard setup.periodic[axis] || (0..<grid[axis]).contains(neighbour) else { return nil }
      peer = peer * grid[axis] + (neighbour + grid[axis]) % grid[axis]
    }
    self.peer = peer
    self.halo = Self.box(setup) { axis, extent in
      [-halo..<0, 0..<extent, extent..<extent + halo][direction[axis] + 1]
    }
    source = Self.box(setup) { axis, extent in
      [extent - halo..<extent, 0..<extent, 0..<halo][direction[axis] + 1]
    }
  }

  private static func box(_ setup: ExchangeSetup, _ range: (Int, Int) -> Range<Int>) -> Box<3> {
    Box(
      lower: InlineArray { range($0, setup.local[$0]).lowerBound },
      upper: InlineArray { range($0, setup.local[$0]).upperBound })
  }
}
