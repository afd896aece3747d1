import MPI
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
/// extents and halos that the plan was built for. Five verbs:
///
/// - `update` calls a kernel on the interior while messages travel, then on each boundary slab. Teach this one.
/// - `exchange` fills the halo and returns.
/// - `exchange … while` reads the owned cells while messages travel.
/// - `exchangeInPlace` also writes the cells that no message carries.
/// - `accumulate` goes the other way: it combines halo cells into their owners.
///
/// Halo cells beyond an edge that is not periodic stay as they were.
public struct HaloPlan<let Rank: Int>: ~Copyable {
  let runner: HaloRunner
  let interior: Box<Rank>
  let boundary: [Box<Rank>]
  private let grid: String

  /// Builds a plan; collective over the grid's communicator.
  ///
  /// - Throws: The same `HaloError` on every rank if a field does not fit the grid, or ranks disagree.
  init(
    _ list: consuming FieldList, on grid: some HaloGrid, stencil: Stencil, timer: Timer?
  ) throws(HaloError) {
    let communicator = try HaloError.rethrow { () throws(MPIError) in
      try grid.communicator.duplicate()
    }
    let fields = PlannedFields(list)
    var agreement = PlanAgreement()
    for trait in grid.traits { agreement.claim(trait.name, of: "grid", trait.value) }
    agreement.claim("stencil", of: "plan", stencil.rawValue)
    fields.claim(in: &agreement)
    var pieces = LinkPieces()
    var failure: HaloError?
    do throws(HaloError) {
      try Self.checkRank(of: grid)
      try fields.check(on: grid)
      pieces = try LinkPieces(of: fields, on: grid, stencil: stencil)
    } catch {
      failure = error
    }
    try agreement.settle(failure, over: communicator)
    try PieceAgreement(pieces, of: fields, rank: communicator.rank).settle(over: communicator)

    var built: HaloRunner?
    do throws(HaloError) {
      built = try HaloRunner(fields, pieces: pieces, communicator: communicator, timer: timer)
    } catch {
      failure = error
    }
    try PlanAgreement().settle(failure, over: communicator)
    guard let built else { fatalError("Halo: a plan was neither built nor refused") }
    runner = built
    self.grid = grid.description

    let descriptors = fields.descriptors.compactMap(\.self)
    let extents = grid.extents(ofBlock: 0) ?? descriptors.first?.extents.map(\.self) ?? []
    let owned = Box<Rank>(
      lower: InlineArray(repeating: 0), upper: InlineArray { $0 < extents.count ? extents[$0] : 1 })
    (interior, boundary) = Self.split(owned, for: descriptors.map { $0.halo(onGridOf: Rank) })
  }

  private static func checkRank(of grid: some HaloGrid) throws(HaloError) {
    guard grid.rank == Rank else {
      throw .fieldMismatch(
        FieldMismatch(
          rank: grid.communicator.rank, peer: nil, field: "plan", property: "number of axes",
          expected: "\(grid.rank), as its grid has: write HaloPlan<\(grid.rank)>(for: …)", found: "\(Rank)"))
    }
  }

  /// The cells that a kernel as wide as the widest halo can compute from owned cells alone, and the rest in slabs.
  private static func split(
    _ owned: Box<Rank>, for halos: [[HaloSides]]
  ) -> (interior: Box<Rank>, boundary: [Box<Rank>]) {
    let below = InlineArray<Rank, Int> { axis in halos.map { $0[axis].lower }.max() ?? 0 }
    let above = InlineArray<Rank, Int> { axis in halos.map { $0[axis].upper }.max() ?? 0 }
    let interior = owned.inset(lower: below, upper: above)
    // Slow axes first, so that most boundary cells lie in slabs of whole rows.
    var rest = owned
    var slabs: [Box<Rank>] = []
    for axis in 0..<Rank {
      for range in [rest.lower[axis]..<interior.lower[axis], interior.upper[axis]..<rest.upper[axis]] {
        var slab = rest
        slab[axis] = range
        if !slab.isEmpty { slabs.append(slab) }
      }
      rest[axis] = interior[axis]
    }
    return (interior, slabs)
  }
}

// MARK: - What was decided

extension HaloPlan {
  /// The grid, and for each peer the bytes and parts of its message, as a table for people.
  public var description: String {
    let count = runner.fields.descriptors.count
    var lines = ["halo plan: \(grid), \(count) field\(count == 1 ? "" : "s")"]
    let program = runner.update
    for index in 0..<program.messages.count {
      let message = program.messages[index]
      lines.append(
        "  rank \(message.peer): sends \(message.bytesSent) bytes in \(message.packs.count) parts, "
          + "receives \(message.bytesReceived) bytes in \(message.partsReceived) parts, packed, one message")
    }
    if program.wraps.count > 0 {
      lines.append(
        "  this rank: \(program.bytesWrapped) bytes in \(program.wraps.count) copies, no message")
    }
    return lines.joined(separator: "\n")
  }

  /// Messages that this rank sends in one update: at most one a peer.
  public var messagesPerUpdate: Int {
    var count = 0
    for index in 0..<runner.update.messages.count where runner.update.messages[index].sendRequest != nil {
      count += 1
    }
    return count
  }

  /// Bytes that this rank sends to other ranks in one update.
  public var bytesSentPerUpdate: Int { runner.update.bytesPacked }
}
