public import MPI
public import Topology

/// A grid of points split over the ranks of a communicator.
///
/// ```swift
/// let grid = try CartesianGrid(global: [512, 512, 256], periodic: [true, true, false], over: world)
/// let u = try Field<Double, 3>(on: grid, halo: 1)
/// ```
///
/// There may be any number of grids in one program, on the same or on different communicators.
public struct CartesianGrid: CustomStringConvertible {
  /// Who owns what, and who neighbours whom.
  public let topology: CartesianTopology
  /// The ranks that share the grid.
  public let communicator: Communicator
  /// What fields on the grid are made of.
  let memory: NodeMemory

  /// Splits a grid over the ranks of a communicator; collective.
  ///
  /// Every rank gives the same numbers, which is checked when a plan is built. The ranks of a node agree on memory that
  /// they share, of which fields on the grid are made unless an allocator is given.
  ///
  /// - Parameters:
  ///   - extents: Points along each of 1 to 4 axes of the whole grid.
  ///   - periodic: Whether each axis closes on itself.
  ///   - processGrid: Ranks along each axis, or `nil` for the split with the least surface.
  ///   - communicator: The ranks.
  /// - Throws: `HaloError.topology` if lists differ in length, an extent is below 1, or the ranks do not fit;
  ///   the same on every rank. `HaloError.mpi` if a rank does not come.
  public init(
    global extents: [Int], periodic: [Bool], processGrid: [Int]? = nil, over communicator: Communicator
  ) throws(HaloError) {
    topology = try HaloError.rethrow { () throws(TopologyError) in
      try CartesianTopology(
        extents: extents, periodic: periodic, ranks: communicator.size, processGrid: processGrid)
    }
    self.communicator = communicator
    memory = try HaloError.rethrow { () throws(MPIError) in try NodeMemory.joined(by: communicator) }
  }

  /// Splits a grid whose axes are all periodic, or none; collective.
  public init(
    global extents: [Int], periodic: Bool = false, processGrid: [Int]? = nil, over communicator: Communicator
  ) throws(HaloError) {
    try self.init(
      global: extents, periodic: Array(repeating: periodic, count: extents.count), processGrid: processGrid,
      over: communicator)
  }

  /// Points along each axis of the whole grid.
  public var extents: [Int] { topology.extents }

  /// The number of axes.
  public var axisCount: Int { topology.axisCount }

  /// Ranks along each axis.
  public var processGrid: [Int] { topology.processGrid }

  /// Where this rank stands in the process grid.
  public var coordinates: [Int] { topology.coordinates(of: communicator.rank) }

  /// The global indices of the points that this rank owns, one range an axis.
  public var owned: [Range<Int>] { topology.owned(by: communicator.rank) }

  /// The extents, the process grid and the periodic axes in one line.
  public var description: String {
    let extents = extents.map(String.init).joined(separator: "×")
    let processes = processGrid.map(String.init).joined(separator: "×")
    let periodic = topology.periodic.indices.filter { topology.periodic[$0] }
    return "\(extents) points over \(processes) ranks"
      + (periodic.isEmpty
        ? ""
        : ", periodic on \(periodic.count == 1 ? "axis" : "axes") "
          + periodic.map(String.init).joined(separator: ", "))
  }
}
