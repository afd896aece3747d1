public import MPI
public import Topology

/// The six tiles of a cubed sphere split over the ranks of a communicator.
///
/// Each rank has as many blocks as every other: one where there are as many ranks as blocks, all of them on one
/// rank. A field covers one block; those of all blocks of a rank are exchanged by one plan, in one message a peer:
///
/// ```swift
/// let grid = try CubedSphereGrid(pointsPerSide: 48, layout: [2, 2], over: world)
/// let height = try (0..<grid.blockCount).map { block in
///   SharedField(try Field<Double, 2>(on: grid, block: block, halo: 3))
/// }
/// var halo = try HaloPlan<2>(for: height, on: grid)
/// ```
///
/// The axes of the grid are rows and columns, in this order; fields may have levels as extra axes. The halo at the
/// corners of the cube, where three tiles meet, stays as it was. The convention by which tiles meet is told at
/// `CubedSphereTopology`.
///
/// **Vectors.** Components that follow the rows and columns of a tile are listed by `FieldList.addVector(x:y:)`: at
/// the edges that turn, each fills the halo of the other, with its sign changed where the axes run against each
/// other. They may lie at the middles of cells (an A grid), at corners (B), at the faces that they cross (C) or that
/// they run along (D): the components of a C or D grid are staggered along one axis each, `x` along the other one
/// than `y`. A scalar is staggered along both axes or along none.
public struct CubedSphereGrid: HaloGrid {
  /// Who owns what, and who neighbours whom.
  public let topology: CubedSphereTopology
  /// The ranks that share the sphere.
  public let communicator: Communicator
  /// What fields on the grid are made of.
  let memory: NodeMemory

  /// Splits a cubed sphere over the ranks of a communicator; collective.
  ///
  /// Every rank gives the same numbers, which is checked when a plan is built. The ranks of a node agree on memory that
  /// they share, of which fields on the grid are made unless an allocator is given.
  ///
  /// - Parameters:
  ///   - pointsPerSide: Points along each side of a tile.
  ///   - layout: Blocks along the rows and the columns of each tile; `nil` for the fewest that can be dealt evenly.
  ///   - communicator: The ranks.
  /// - Throws: `HaloError.topology` if the layout does not fit the tiles, or the blocks cannot be dealt evenly; the
  ///   same on every rank. `HaloError.mpi` if a rank does not come.
  public init(
    pointsPerSide: Int, layout: [Int]? = nil, over communicator: Communicator
  ) throws(HaloError) {
    topology = try HaloError.rethrow { () throws(TopologyError) in
      try CubedSphereTopology(pointsPerSide: pointsPerSide, layout: layout, ranks: communicator.size)
    }
    self.communicator = communicator
    memory = try HaloError.rethrow { () throws(MPIError) in try NodeMemory.joined(by: communicator) }
  }

  /// Points along each side of a tile.
  public var pointsPerSide: Int { topology.pointsPerSide }

  /// Two: rows and columns.
  public var axisCount: Int { 2 }

  /// The points, the layout and the ranks in one line.
  public var description: String {
    let layout = topology.layout.map(String.init).joined(separator: "×")
    return "cubed sphere of 6×\(pointsPerSide)×\(pointsPerSide) points, \(layout) blocks a tile, over "
      + "\(topology.rankCount) rank\(topology.rankCount == 1 ? "" : "s")"
  }
}

// MARK: - This rank's blocks

extension CubedSphereGrid {
  /// How many blocks this rank has.
  public var blockCount: Int { topology.blocksPerRank }

  /// The number that one of this rank's blocks has among those of all tiles.
  public func number(ofBlock block: Int) -> Int {
    guard (0..<blockCount).contains(block) else {
      fatalError("CubedSphereGrid: block \(block) does not exist, each rank has \(blockCount)")
    }
    return topology.blocks(of: communicator.rank).lowerBound + block
  }

  /// The tile that one of this rank's blocks is a part of, 0 to 5.
  public func tile(ofBlock block: Int) -> Int { topology.tile(ofBlock: number(ofBlock: block)) }

  /// The points of its tile that one of this rank's blocks holds, rows and columns.
  public func owned(byBlock block: Int) -> [Range<Int>] { topology.owned(byBlock: number(ofBlock: block)) }

  /// The rows and columns of one of this rank's blocks.
  public func extents(ofBlock block: Int) -> [Int]? { owned(byBlock: block).map(\.count) }
}

// MARK: - Links

extension CubedSphereGrid {
  /// The points of a tile's side and the layout.
  public var traits: [(name: String, value: String)] {
    [("points a side", "\(pointsPerSide)"), ("layout", "\(topology.layout)")]
  }

  /// The links of one of this rank's blocks.
  public func links(
    ofBlock block: Int, halo: [HaloSides], stencil: Stencil
  ) throws(TopologyError) -> [Link] {
    try topology.links(ofBlock: number(ofBlock: block), halo: halo, stencil: stencil)
  }

  /// The links of one of this rank's blocks for a field that is staggered so.
  public func links(
    ofBlock block: Int, halo: [HaloSides], stencil: Stencil, staggered: [Bool]
  ) throws(TopologyError) -> [Link]? {
    try topology.links(ofBlock: number(ofBlock: block), halo: halo, stencil: stencil, staggered: staggered)
  }
}
