public import MPI
public import Topology

/// Blocks of any sizes that a list of links connects: multi-block grids, irregular decompositions, several blocks
/// a rank.
///
/// Two ranks whose blocks differ: rank 0 has 8 × 6 cells, and rank 1 has 5 × 7 that lie beside the upper five rows
/// of rank 0's last column. Each fills one column of the other's halo:
///
/// ```swift
/// let isFirst = world.rank == 0
/// let links = isFirst
///   ? [Link("east", to: "west", ofRank: 1, send: [3..<8, 5..<6], receive: [3..<8, 6..<7])]
///   : [Link("west", to: "east", ofRank: 0, send: [0..<5, 0..<1], receive: [0..<5, -1..<0])]
/// var u = try Field<Double, 2>(isFirst ? [8, 6] : [5, 7], halo: 1, repeating: 0)
/// var halo = try HaloPlan(for: u, links: links, over: world)
/// try halo.exchange(&u)
/// ```
///
/// Boxes count cells, from the first owned one of their block. They hold for every field of a plan: extra axes of a
/// field travel whole, and on staggered axes points are taken as on a Cartesian grid, the last point of a block with
/// its last cell, so that both ends of a link must end where their blocks do, or neither. A field whose halo is too
/// narrow for a receive box is refused; so are two links that fill the same cell, one that fills an owned cell, and
/// one whose other end is missing or describes other cells.
public struct LinkedGrid: HaloGrid {
  /// The ranks that the links lead to.
  public let communicator: Communicator
  /// The number of axes of every box.
  public let axisCount: Int
  /// The links of this rank's blocks.
  public let links: [Link]

  /// Describes this rank's blocks by their links; sends nothing.
  ///
  /// - Parameters:
  ///   - links: All links of all blocks of this rank; may be none.
  ///   - axisCount: The number of axes of every box.
  ///   - communicator: The ranks.
  public init(_ links: [Link], axisCount: Int, over communicator: Communicator) {
    self.links = links
    self.axisCount = axisCount
    self.communicator = communicator
  }

  /// As many as the fields say.
  public var blockCount: Int { .max }

  /// `nil`: a block is as large as its fields.
  public func extents(ofBlock block: Int) -> [Int]? { nil }

  /// No: boxes are what the list says.
  public var linksFollowHalo: Bool { false }

  /// The number of axes.
  public var traits: [(name: String, value: String)] { [("axes", "\(axisCount)")] }

  /// The links that were given for a block.
  public func links(
    ofBlock block: Int, halo: [HaloSides], stencil: Stencil
  ) throws(TopologyError) -> [Link] {
    links.filter { $0.block == block }
  }

  /// The number of links in one line.
  public var description: String { "\(links.count) links of this rank" }
}
