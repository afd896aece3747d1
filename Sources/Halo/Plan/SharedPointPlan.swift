public import Timing

/// A plan that makes the points that two blocks both hold the same.
///
/// Along a staggered axis the last point of a block is the first of the block above it. Both hold it, both compute it,
/// and an update of the halo leaves it as it is: rounding, or a kernel that does other things at the end of a block,
/// makes the two differ. `synchronize` overwrites each by the value of its owner, the block above; see ``FieldAxis``.
/// The last point of an axis that closes on itself becomes the first one.
///
/// ```swift
/// // flux is staggered along an axis, faces along another one.
/// var shared = try SharedPointPlan(for: flux, faces, on: grid)
/// try shared.synchronize(&flux, &faces)
/// ```
///
/// On a cubed sphere the edges of the tiles are computed on different tiles, and what leaves one is not what enters
/// the next. The values of a block's southernmost row and its westernmost column replace its neighbours' last ones,
/// turned as vectors are:
///
/// ```swift
/// final class Flux: HaloState {
///   var x, y: Field<Double, 2>                     // x staggered along the columns, y along the rows
///   func fields(_ list: inout FieldList) { list.addVector(x: x, y: y) }
/// }
/// var edges = try SharedPointPlan(for: flux, on: sphere)
/// try edges.synchronize(&flux)
/// ```
///
/// It works there for a vector whose components are staggered along the axis they point along (a C grid), and for one
/// whose components are staggered along the other axis (a D grid).
public struct SharedPointPlan: ~Copyable {
  let runner: HaloRunner

  /// Builds a plan for a field or a state; collective over the grid's communicator.
  ///
  /// - Parameters:
  ///   - a: The fields; those that are not staggered stay as they are.
  ///   - grid: The grid whose blocks the fields are.
  ///   - timer: Where the time of each phase is counted, as for ``HaloPlan``.
  /// - Throws: The same `HaloError` on every rank for what a ``HaloPlan`` refuses.
  public init<A: HaloState & ~Copyable>(
    for a: borrowing A, on grid: CartesianGrid, timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a)
    try self.init(list, on: grid, timer: timer)
  }

  /// Builds a plan for two states that are synchronised together; as for one.
  public init<A: HaloState & ~Copyable, B: HaloState & ~Copyable>(
    for a: borrowing A, _ b: borrowing B, on grid: CartesianGrid, timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a, b)
    try self.init(list, on: grid, timer: timer)
  }

  /// Builds a plan for three states that are synchronised together; as for one.
  public init<A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable>(
    for a: borrowing A, _ b: borrowing B, _ c: borrowing C, on grid: CartesianGrid, timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a, b, c)
    try self.init(list, on: grid, timer: timer)
  }

  /// Builds a plan for vectors on a cubed sphere; collective over the grid's communicator.
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
    var list = FieldList()
    list.add(state)
    runner = try Self.runner(list, on: SharedPoints(grid: grid), timer: timer, rank: [0, 0])
  }

  private init(_ list: consuming FieldList, on grid: CartesianGrid, timer: Timer?) throws(HaloError) {
    let points = SharedPoints(grid: grid)
    switch grid.axisCount {
    case 1: runner = try Self.runner(list, on: points, timer: timer, rank: [0])
    case 2: runner = try Self.runner(list, on: points, timer: timer, rank: [0, 0])
    case 3: runner = try Self.runner(list, on: points, timer: timer, rank: [0, 0, 0])
    default: runner = try Self.runner(list, on: points, timer: timer, rank: [0, 0, 0, 0])
    }
  }

  private static func runner<let Rank: Int>(
    _ list: consuming FieldList, on points: some HaloGrid, timer: Timer?, rank: InlineArray<Rank, Int>
  ) throws(HaloError) -> HaloRunner {
    let plan = try HaloPlan<Rank>(list, on: points, stencil: .box, corners: .direct, timer: timer)
    return plan.runner
  }

  /// Overwrites each point that a block shares and does not own by its owner's value.
  ///
  /// - Throws: `HaloError` if a field is not the plan's, a message does not come in time, or MPI fails.
  public mutating func synchronize<A: HaloState & ~Copyable>(_ a: inout A) throws(HaloError) {
    try synchronize { $0.add(a) }
  }

  /// Overwrites each point that a block shares and does not own by its owner's value.
  public mutating func synchronize<A: HaloState & ~Copyable, B: HaloState & ~Copyable>(
    _ a: inout A, _ b: inout B
  ) throws(HaloError) {
    try synchronize { $0.add(a, b) }
  }

  /// Overwrites each point that a block shares and does not own by its owner's value.
  public mutating func synchronize<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable
  >(_ a: inout A, _ b: inout B, _ c: inout C) throws(HaloError) {
    try synchronize { $0.add(a, b, c) }
  }

  private func synchronize(listing list: (inout FieldList) -> Void) throws(HaloError) {
    try runner.run(runner.update, listing: list)
  }

  /// Messages that MPI carries from this rank in one synchronisation: at most one a peer, and none to peers that take
  /// the values out of memory which both reach.
  public var messagesPerUpdate: Int { runner.update.messagesCarriedByMPI }
}
