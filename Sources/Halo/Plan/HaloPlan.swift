import MPI
import Memory
import Strided
import Timing
import Topology

/// A halo update, built once and run millions of times.
///
/// The plan decides everything when it is built: which peers, which boxes, one message a peer for all fields,
/// buffers and requests. An update only runs it: it allocates nothing and looks nothing up.
///
/// ```swift
/// var halo = try HaloPlan(for: old, on: grid, timer: timer)
/// for _ in 0..<1000 {
///   try halo.update(&old) { old, box in relax(old, into: &new, over: box) }
///   swap(&old, &new)
/// }
/// ```
///
/// Fields are given to each exchange anew, so that they may be swapped between exchanges; they have the dtypes,
/// extents and halos that the plan was built for. The verbs:
///
/// - `update` calls a kernel on the interior while messages travel, then on each boundary slab. Teach this one.
/// - `exchange` fills the halo and returns.
/// - `exchange … while` reads the owned cells while messages travel.
/// - `exchangeInPlace` also writes the cells that no message carries.
/// - `start` begins the exchange of one field, to be ended by `wait()` on what it returns.
/// - `accumulate` goes the other way: it combines halo cells into their owners.
///
/// Halo cells beyond an edge that is not periodic stay as they were.
public struct HaloPlan<let Rank: Int>: ~Copyable {
  let runner: HaloRunner
  /// The cells of a block, or `nil` where blocks of this rank differ.
  private let owned: Box<Rank>?
  /// What a kernel as wide as the halo can compute while messages travel.
  private var whole: BoxSplit<Rank>?
  /// The same for each narrower width that was asked for.
  private var narrowed: [Int: BoxSplit<Rank>] = [:]
  private let grid: String

  /// Builds a plan; collective over the grid's communicator.
  ///
  /// - Throws: The same `HaloError` on every rank if a field does not fit the grid, or ranks disagree.
  init(
    _ list: consuming FieldList, on grid: some HaloGrid, stencil: Stencil, corners: CornerOrder = .direct,
    route: HaloRoute? = nil, queue: DeviceQueue? = nil, timer: Timer?
  ) throws(HaloError) {
    let communicator = try HaloError.rethrow { () throws(MPIError) in
      try grid.communicator.duplicate()
    }
    let memory = try HaloError.rethrow { () throws(MPIError) in try NodeMemory.joined(by: grid.communicator) }
    let fields = PlannedFields(list)
    let storages = list.storages
    var agreement = PlanAgreement()
    for trait in grid.traits { agreement.claim(trait.name, of: "grid", trait.value) }
    agreement.claim("stencil", of: "plan", stencil.rawValue)
    agreement.claim("corners", of: "plan", corners.rawValue)
    fields.claim(in: &agreement)
    // A rank without a block takes part in a plan over a list of links.
    agreement.isSilent = fields.descriptors.isEmpty
    var blueprint: PlanBlueprint
    let byAxis: [LinkPieces]?
    do throws(HaloError) {
      try fields.check(queue: queue, rank: communicator.rank)
      // Whose fields lie on a device, a rank that has none does not know.
      let wish = fields.descriptors.isEmpty ? nil : route
      let routes = try PlannedRoutes(wish, over: communicator, on: fields.device)
      agreement.claim("route", of: "plan", routes.wish?.rawValue ?? "auto")
      try Self.checkRank(of: grid)
      try fields.check(on: grid)
      blueprint = try PlanBlueprint(
        fields, on: grid, stencil: stencil, routes: routes, queue: queue, timer: timer)
      byAxis = try Self.phasesByAxis(of: fields, on: grid, stencil: stencil, corners: corners)
    } catch {
      try agreement.settle(error, over: communicator)
      throw error
    }
    try agreement.settle(nil, over: communicator)
    try PieceAgreement(blueprint.phases + (byAxis ?? []), of: fields, rank: communicator.rank)
      .settle(over: communicator)
    if let byAxis { try Self.choose(corners, byAxis, for: &blueprint, over: communicator, in: memory) }
    let runner = try Self.runner(blueprint, over: communicator, in: memory)
    try runner.chooseRoutes(with: storages)
    self.runner = runner
    self.grid = grid.description

    owned = fields.cells(on: grid).map { cells in
      Box<Rank>(lower: InlineArray(repeating: 0), upper: InlineArray { cells[$0] })
    }
    whole = owned.map { BoxSplit($0, for: fields.halos(onGridOf: Rank)) }
  }

  private init(_ plan: borrowing HaloPlan, over communicator: Communicator) throws(HaloError) {
    runner = try Self.runner(plan.runner.blueprint, over: communicator, in: plan.runner.memory)
    (owned, whole, narrowed, grid) = (plan.owned, plan.whole, plan.narrowed, plan.grid)
  }

  /// A second plan of the same fields and links, for another exchange while one is in flight; collective.
  ///
  /// It has its own messages and buffers, and decides nothing anew. One plan has one exchange in flight at a time;
  /// a field takes part in one at a time, whatever the plans.
  ///
  /// ```swift
  /// var second = try halo.clone()
  /// try halo.exchange(&old) { _ in try second.exchange(&other) }
  /// ```
  ///
  /// - Throws: The same `HaloError` on every rank if memory is short or MPI fails.
  public func clone() throws(HaloError) -> HaloPlan {
    let communicator = try HaloError.rethrow { () throws(MPIError) in
      try runner.communicator.duplicate()
    }
    return try HaloPlan(self, over: communicator)
  }

  private static func runner(
    _ blueprint: PlanBlueprint, over communicator: Communicator, in memory: NodeMemory
  ) throws(HaloError) -> HaloRunner {
    try PlanAgreement().settling(over: communicator) { () throws(HaloError) in
      try HaloRunner(blueprint, over: communicator, in: memory)
    }
  }

  /// The phases of an update axis by axis; `nil` if none was asked for, or if no corner is to be carried.
  private static func phasesByAxis(
    of fields: PlannedFields, on grid: some HaloGrid, stencil: Stencil, corners: CornerOrder
  ) throws(HaloError) -> [LinkPieces]? {
    guard corners != .direct else { return nil }
    guard let phases = try LinkPieces.byAxis(of: fields, on: grid) else {
      throw .fieldMismatch(
        .wish(
          rank: grid.communicator.rank, "corners",
          expected: "direct, since the grid's blocks do not form a box", found: corners.rawValue))
    }
    return stencil == .star || grid.axisCount < 2 ? nil : phases
  }

  /// Decides on the order of corners; collective.
  private static func choose(
    _ corners: CornerOrder, _ byAxis: [LinkPieces], for blueprint: inout PlanBlueprint,
    over communicator: Communicator, in memory: NodeMemory
  ) throws(HaloError) {
    if corners == .measured {
      let measurement = try PlanAgreement().settling(over: communicator) { () throws(HaloError) in
        try CornerMeasurement(
          blueprint, axisByAxis: byAxis, over: communicator,
          binding: blueprint.binding(over: communicator, in: memory))
      }
      guard try measurement.fastest() == .axisByAxis else { return }
    }
    (blueprint.phases, blueprint.corners) = (byAxis, .axisByAxis)
  }

  private static func checkRank(of grid: some HaloGrid) throws(HaloError) {
    guard grid.axisCount == Rank else {
      throw .fieldMismatch(
        .wish(
          rank: grid.communicator.rank, "number of axes",
          expected: "\(grid.axisCount), as its grid has: write HaloPlan<\(grid.axisCount)>(for: …)",
          found: "\(Rank)"))
    }
  }

  /// What a kernel as wide as a width can compute while messages travel.
  ///
  /// - Throws: `HaloError.fieldMismatch` if the blocks of this rank differ in their extents, so that no box is that of
  ///   all.
  mutating func split(_ width: Int?) throws(HaloError) -> BoxSplit<Rank> {
    guard let owned, let whole else {
      throw .fieldMismatch(
        FieldMismatch(
          rank: runner.communicator.rank, peer: nil, field: "plan", property: "box to compute",
          expected: "blocks of equal extents on each rank", found: "others",
          advice: "use exchange(_:while:), then compute the cells of each block"))
    }
    guard let width else { return whole }
    if let known = narrowed[width] { return known }
    let split = BoxSplit(owned, for: runner.fields.narrowed(to: width).halos(onGridOf: Rank))
    narrowed[width] = split
    return split
  }
}

// MARK: - What was decided

extension HaloPlan {
  /// The grid, the memory of the node, and for each peer and direction the bytes, the runs of contiguous memory that
  /// they lie in, the route, and what each route took when it was measured: a table for people.
  public var description: String {
    let count = runner.fields.descriptors.count
    let head = "halo plan: \(grid); \(count) field\(count == 1 ? "" : "s"); \(order); \(runner.memory)"
    return ([head] + RouteTable(runner).lines.map { "  " + $0 }).joined(separator: "\n")
  }

  private var order: String {
    switch runner.blueprint.corners {
    case .axisByAxis: "axis by axis in \(runner.update.lowered.phases.count) phases"
    default: "all neighbours at once"
    }
  }

  /// In which order edges and corners are filled: directly, or axis by axis; what was chosen if it was measured.
  public var corners: CornerOrder { runner.blueprint.corners }

  /// Messages that MPI carries from this rank in one update: at most one a peer, or one a peer and axis where corners
  /// are carried along.
  ///
  /// None to peers that take the values out of memory which both reach.
  public var messagesPerUpdate: Int { runner.update.messagesCarriedByMPI }

  /// Bytes that this rank sends to other ranks in one update.
  public var bytesSentPerUpdate: Int { runner.update.lowered.bytesPacked }
}
