import MPI
import Topology

/// A grid whose blocks hold points of staggered fields together.
protocol SharedPointGrid: HaloGrid {
  /// How one of this rank's blocks gets the values of the points that it shares and does not own, and gives those that
  /// it owns, with boxes of points.
  func sharedPointLinks(ofBlock block: Int, staggered: [Bool]) throws(TopologyError) -> [Link]
}

extension CartesianGrid: SharedPointGrid {
  func sharedPointLinks(ofBlock block: Int, staggered: [Bool]) throws(TopologyError) -> [Link] {
    try topology.sharedPointLinks(of: communicator.rank, staggered: staggered)
  }
}

extension CubedSphereGrid: SharedPointGrid {
  func sharedPointLinks(ofBlock block: Int, staggered: [Bool]) throws(TopologyError) -> [Link] {
    try topology.sharedPointLinks(ofBlock: number(ofBlock: block), staggered: staggered)
  }
}

/// The blocks of a grid, linked by the points that they share in place of their halos.
struct SharedPoints<Grid: SharedPointGrid>: HaloGrid {
  let grid: Grid

  var communicator: Communicator { grid.communicator }
  var axisCount: Int { grid.axisCount }
  var blockCount: Int { grid.blockCount }
  var description: String { "points that blocks share, \(grid)" }
  var fillsOwnedCells: Bool { true }
  var traits: [(name: String, value: String)] { grid.traits + [("links", "shared points")] }

  func extents(ofBlock block: Int) -> [Int]? { grid.extents(ofBlock: block) }

  func links(
    ofBlock block: Int, halo: [HaloSides], stencil: Stencil
  ) throws(TopologyError) -> [Link] {
    try grid.sharedPointLinks(ofBlock: block, staggered: halo.map { _ in false })
  }

  func links(
    ofBlock block: Int, halo: [HaloSides], stencil: Stencil, staggered: [Bool]
  ) throws(TopologyError) -> [Link]? {
    try grid.sharedPointLinks(ofBlock: block, staggered: staggered)
  }
}
