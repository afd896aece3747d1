import MPI
public import Timing
import Topology

/// A plan that makes the points that two blocks of a cubed sphere both hold the same.
///
/// A component that is staggered along one axis has points between two blocks, which both hold and both compute.
/// Along the edges of the tiles they compute them on different tiles, and rounding, or a stencil that is bent there,
/// makes them differ: what leaves one tile is not what enters the next. `synchronize` overwrites them by the
/// values of the block above: those of its southernmost row and its westernmost column replace its neighbours' last
/// ones, turned as vectors are.
///
/// ```swift
/// final class Flux: HaloState {
///   var x, y: Field<Double, 2>                     // x staggered along the columns, y along the rows
///   func fields(_ list: inout FieldList) { list.addVector(x: x, y: y) }
/// }
/// var edges = try SharedPointPlan(for: flux, on: grid)
/// try edges.synchronize(&flux)
/// ```
///
/// It works for a vector whose components are staggered along the axis they point along (a C grid), and for one
/// whose components are staggered along the other axis (a D grid).
public struct SharedPointPlan: ~Copyable {
  private var plan: HaloPlan<2>

  /// Builds a plan; collective over the grid's communicator.
  ///
  /// - Parameters:
  ///   - state: The fields of all blocks of this rank: vectors, each component staggered along one axis.
  ///   - grid: The sphere.
  ///   - timer: Where the time of each phase is counted, as for ``HaloPlan``.
  /// - Throws: The same `HaloError` on every rank if a field is not staggered along one axis or is no component of a
  ///   vector, or for what a ``HaloPlan`` refuses.
  public init<State: HaloState & ~Copyable>(
    for state: borrowing State, on grid: CubedSphereGrid, timer: Timer? = nil
  ) throws(HaloError) {
    plan = try HaloPlan<2>(for: state, on: SharedPoints(of: grid), stencil: .star, timer: timer)
  }

  /// Overwrites the last row and column of each block by the values of the block above.
  ///
  /// - Throws: `HaloError` if a field is not the plan's, a message does not come in time, or MPI fails.
  public mutating func synchronize<State: HaloState & ~Copyable>(_ state: inout State) throws(HaloError) {
    try plan.exchange(&state)
  }

  /// Messages that this rank sends in one synchronisation: at most one a peer.
  public var messagesPerUpdate: Int { plan.messagesPerUpdate }
}

/// The blocks of a cubed sphere, linked by the points that they share in place of their halos.
private struct SharedPoints: HaloGrid {
  let sphere: CubedSphereGrid

  init(of sphere: CubedSphereGrid) { self.sphere = sphere }

  var communicator: Communicator { sphere.communicator }
  var rank: Int { sphere.rank }
  var blockCount: Int { sphere.blockCount }
  var description: String { "points that blocks share, \(sphere)" }
  var fillsOwnedCells: Bool { true }
  var traits: [(name: String, value: String)] { sphere.traits + [("links", "shared points")] }

  func extents(ofBlock block: Int) -> [Int]? { sphere.extents(ofBlock: block) }

  func links(
    ofBlock block: Int, halo: [HaloSides], stencil: Stencil
  ) throws(TopologyError) -> [Link] {
    throw .notStaggeredAlongOneAxis(found: [false, false])
  }

  func links(
    ofBlock block: Int, halo: [HaloSides], stencil: Stencil, staggered: [Bool]
  ) throws(TopologyError) -> [Link]? {
    try sphere.topology.sharedPointLinks(ofBlock: sphere.number(ofBlock: block), staggered: staggered)
  }
}
