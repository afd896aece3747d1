public import MPI
public import Topology

/// Blocks of cells and the links between them: all that a plan needs to know of a grid.
///
/// ``CartesianGrid`` is one. A grid of your own needs only say which links each of its blocks has; whatever is in
/// them, a plan checks with all ranks that the two ends of every link fit together.
public protocol HaloGrid: CustomStringConvertible {
  /// The ranks that share the grid.
  var communicator: Communicator { get }

  /// The number of axes.
  var axisCount: Int { get }

  /// How many blocks this rank has.
  var blockCount: Int { get }

  /// The cells of one of this rank's blocks along each axis, or `nil` if fields may have any extents.
  func extents(ofBlock block: Int) -> [Int]?

  /// Whether links may fill owned cells, as those do that synchronise an edge which two blocks share.
  ///
  /// While such an exchange is in flight no cell of its fields can be read, so that it has no body.
  var fillsOwnedCells: Bool { get }

  /// What every rank must have been told alike, by name.
  var traits: [(name: String, value: String)] { get }

  /// What one of this rank's blocks sends and receives in one update of a field of cells.
  ///
  /// - Parameters:
  ///   - block: One of this rank's blocks.
  ///   - halo: The field's halo widths along each axis.
  ///   - stencil: Which neighbours take part.
  /// - Throws: `TopologyError` if the halo does not fit, the same on every rank.
  func links(
    ofBlock block: Int, halo: [HaloSides], stencil: Stencil
  ) throws(TopologyError) -> [Link]

  /// The same for a field that is staggered along some of the grid's axes, with boxes of its points.
  ///
  /// A grid has this if its boxes of points cannot be told from those of cells: where blocks face several others
  /// across turned edges. `nil`, the default, takes them from ``links(ofBlock:halo:stencil:)``.
  func links(
    ofBlock block: Int, halo: [HaloSides], stencil: Stencil, staggered: [Bool]
  ) throws(TopologyError) -> [Link]?

  /// The links of an update that goes axis by axis, in the order in which they are to be used.
  ///
  /// Boxes reach into the halo that the axes before have filled. `nil`, the default, if blocks do not form a box; such
  /// a grid has only direct links.
  func linksByAxis(ofBlock block: Int, halo: [HaloSides]) throws(TopologyError) -> [[Link]]?

  /// The links of an update that leaves for the end the axes along which a block is its own neighbour.
  ///
  /// The first ones lead to other ranks, all at once; boxes of the later ones reach into the halo that those before have
  /// filled. `nil`, the default, if there is no such order.
  func linksClosingLast(ofBlock block: Int, halo: [HaloSides]) throws(TopologyError) -> [[Link]]?

  /// Whether links get narrower with the halo that they are asked for, as by default they do.
  var linksFollowHalo: Bool { get }
}

extension HaloGrid {
  /// No: the grid is no box.
  public func linksByAxis(ofBlock block: Int, halo: [HaloSides]) throws(TopologyError) -> [[Link]]? { nil }

  /// No such order.
  public func linksClosingLast(ofBlock block: Int, halo: [HaloSides]) throws(TopologyError) -> [[Link]]? {
    nil
  }

  /// Yes.
  public var linksFollowHalo: Bool { true }
}

extension HaloGrid {
  /// No links of its own for staggered fields.
  public func links(
    ofBlock block: Int, halo: [HaloSides], stencil: Stencil, staggered: [Bool]
  ) throws(TopologyError) -> [Link]? { nil }
}

extension HaloGrid {
  /// No: links fill halo cells only.
  public var fillsOwnedCells: Bool { false }
}

extension CartesianGrid: HaloGrid {
  /// One: each rank has one block.
  public var blockCount: Int { 1 }

  /// The points that this rank owns along each axis.
  public func extents(ofBlock block: Int) -> [Int]? { owned.map(\.count) }

  /// The extents, the periodic axes and the process grid.
  public var traits: [(name: String, value: String)] {
    [
      ("extents", "\(extents)"), ("periodic axes", "\(topology.periodic)"),
      ("process grid", "\(processGrid)"),
    ]
  }

  /// The links of this rank's block.
  public func links(
    ofBlock block: Int, halo: [HaloSides], stencil: Stencil
  ) throws(TopologyError) -> [Link] {
    try topology.links(of: communicator.rank, halo: halo, stencil: stencil)
  }

  /// The links of this rank's block axis by axis, the last axis first.
  public func linksByAxis(ofBlock block: Int, halo: [HaloSides]) throws(TopologyError) -> [[Link]]? {
    try topology.linksByAxis(of: communicator.rank, halo: halo)
  }

  /// The links of this rank's block to other ranks, then those along each axis that has one rank and closes on it.
  public func linksClosingLast(ofBlock block: Int, halo: [HaloSides]) throws(TopologyError) -> [[Link]]? {
    try topology.linksClosingLast(of: communicator.rank, halo: halo)
  }
}
