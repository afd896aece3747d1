import Halo

/// All blocks of this rank, and the plans that fill their halos and mend what they share.
struct Atmosphere: ~Copyable {
  /// The heights of all blocks, as they are exchanged.
  struct Heights: HaloState {
    let blocks: [Block]
    func fields(_ list: inout FieldList) {
      for block in blocks { list.add(block.height) }
    }
  }

  /// The fluxes of all blocks: vectors, since across some edges what leaves to the east arrives from the south.
  struct Fluxes: HaloState {
    let blocks: [Block]
    func fields(_ list: inout FieldList) {
      for block in blocks { list.addVector(x: block.fluxEast, y: block.fluxNorth) }
    }
  }

  let grid: CubedSphereGrid
  let mesh: Mesh
  let blocks: [Block]
  private let timer: Timer?
  private let ghostLines: GhostLines
  private var heights: Heights
  private var fluxes: Fluxes
  private var halo: HaloPlan<2>
  private var edges: SharedPointPlan

  /// Makes the blocks of this rank; all ranks call it together.
  init(on grid: CubedSphereGrid, bell: CosineBell, timer: Timer? = nil) throws {
    let mesh = Mesh(cellsPerSide: grid.pointsPerSide)
    let blocks = try (0..<grid.blockCount).map { try Block($0, of: grid, mesh: mesh, bell: bell) }
    let heights = Heights(blocks: blocks), fluxes = Fluxes(blocks: blocks)
    let halo = try HaloPlan<2>(for: heights, on: grid, timer: timer)
    let edges = try SharedPointPlan(for: fluxes, on: grid, timer: timer)
    (self.grid, self.mesh, self.blocks, self.timer) = (grid, mesh, blocks, timer)
    (self.heights, self.fluxes) = (heights, fluxes)
    self.halo = halo
    self.edges = edges
    ghostLines = GhostLines(on: mesh)
  }

  /// The longest step that is safe for all blocks of all ranks, in seconds.
  func longestStep() throws -> Double {
    try grid.communicator.allReduce(blocks.map(\.longestStep).min() ?? .infinity, .min)
  }

  /// One step of the third-order Runge-Kutta method of Shu and Osher (1988), which makes no new extremes if one Euler
  /// step makes none; all ranks call it together.
  mutating func step(seconds: Double) throws {
    for block in blocks { block.beginStep() }
    for kept in [0, 3.0 / 4, 1.0 / 3] {
      // What needs no halo is computed while the messages travel.
      try halo.exchange(&heights) { heights in
        for block in heights.blocks { block.computeFluxes(.inner) }
      }
      for block in blocks {
        block.bendGhostLines(ghostLines)
        block.computeFluxes(.outer)
      }
      // Two tiles read different ghost lines at their common edge: the flux of one of them counts for both.
      try edges.synchronize(&fluxes)
      for block in blocks { block.advance(seconds: seconds, keeping: kept) }
    }
  }
}
