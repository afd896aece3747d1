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
/// extents and halos that the plan was built for. Four verbs:
///
/// - `update` calls a kernel on the interior while messages travel, then on each boundary slab. Teach this one.
/// - `exchange` fills the halo and returns.
/// - `exchange … while` reads the owned cells while messages travel.
/// - `exchangeInPlace` also writes the cells that no message carries.
///
/// Halo cells beyond an edge that is not periodic stay as they were.
public struct HaloPlan<let Rank: Int>: ~Copyable {
  let program: HaloProgram
  let interior: Box<Rank>
  let boundary: [Box<Rank>]
  private let grid: String

  /// Builds a plan; collective over the grid's communicator.
  ///
  /// - Throws: The same `HaloError` on every rank if a field does not fit the grid, or ranks disagree.
  init(
    _ list: consuming FieldList, on grid: CartesianGrid, stencil: Stencil, timer: Timer?
  ) throws(HaloError) {
    let communicator = try HaloError.rethrow { () throws(MPIError) in
      try grid.communicator.duplicate()
    }
    let fields = list.storages
    var agreement = PlanAgreement()
    agreement.claim("extents", of: "grid", "\(grid.extents)")
    agreement.claim("periodic axes", of: "grid", "\(grid.topology.periodic)")
    agreement.claim("process grid", of: "grid", "\(grid.processGrid)")
    agreement.claim("stencil", of: "plan", stencil.rawValue)
    agreement.claim("number of fields", of: "plan", "\(fields.count)")
    for (index, field) in fields.enumerated() {
      let label = FieldLabel.text(field?.name, at: index)
      agreement.claim("name", of: label, label)
      guard let descriptor = field?.descriptor else {
        agreement.claim("presence", of: label, "nil")
        continue
      }
      agreement.claim("dtype", of: label, descriptor.dtype.description)
      agreement.claim("bytes an element", of: label, "\(descriptor.dtype.size)")
      agreement.claim("axes", of: label, "\(descriptor.axes)")
      agreement.claim("halo", of: label, descriptor.haloDescription)
    }

    var links: [[Link]] = []
    var failure: HaloError?
    do throws(HaloError) {
      links = try Self.links(of: fields, on: grid, stencil: stencil)
    } catch {
      failure = error
    }
    try agreement.settle(failure, over: communicator)

    var built: HaloProgram?
    do throws(HaloError) {
      built = try HaloProgram(fields: fields, links: links, communicator: communicator, timer: timer)
    } catch {
      failure = error
    }
    try PlanAgreement().settle(failure, over: communicator)
    guard let built else { fatalError("Halo: a plan was neither built nor refused") }
    program = built
    self.grid = grid.description

    let extents = grid.owned.map(\.count)
    let owned = Box<Rank>(lower: InlineArray(repeating: 0), upper: InlineArray { extents[$0] })
    (interior, boundary) = Self.split(owned, for: fields.compactMap { $0?.descriptor })
  }

  private static func links(
    of fields: [FieldStorage?], on grid: CartesianGrid, stencil: Stencil
  ) throws(HaloError) -> [[Link]] {
    let rank = grid.communicator.rank
    var links: [[Link]] = []
    guard grid.rank == Rank else {
      throw .fieldMismatch(
        FieldMismatch(
          rank: rank, peer: nil, field: "plan", property: "number of axes",
          expected: "\(grid.rank), as its grid has, written out: HaloPlan<\(grid.rank)>(for: …)",
          found: "\(Rank)"))
    }
    let cells = grid.owned.map(\.count)
    for (index, field) in fields.enumerated() {
      guard let field else {
        links.append([])
        continue
      }
      let descriptor = field.descriptor
      func mismatch(_ property: String, expected: String, found: String) -> HaloError {
        .fieldMismatch(
          FieldMismatch(
            rank: rank, peer: nil, field: FieldLabel.text(field.name, at: index), property: property,
            expected: expected, found: found))
      }
      guard descriptor.axes.allSatisfy({ $0.gridAxis ?? 0 < Rank }) else {
        throw mismatch("axes", expected: "axes of a grid of \(Rank)", found: "\(descriptor.axes)")
      }
      let extents = descriptor.axes.map { $0.points(over: cells) }
      guard descriptor.extents.elementsEqual(extents) else {
        throw mismatch(
          "extents", expected: "\(extents), this rank's block of the grid", found: "\(descriptor.extents)")
      }
      let all = try HaloError.rethrow { () throws(TopologyError) in
        try grid.topology.links(of: rank, halo: descriptor.halo(onGridOf: Rank), stencil: stencil)
      }
      links.append(all.compactMap { descriptor.adapted($0) })
    }
    return links
  }

  /// The cells that a kernel as wide as the widest halo can compute from owned cells alone, and the rest in slabs.
  private static func split(
    _ owned: Box<Rank>, for descriptors: [FieldDescriptor]
  ) -> (interior: Box<Rank>, boundary: [Box<Rank>]) {
    let halos = descriptors.map { $0.halo(onGridOf: Rank) }
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
    var lines = [
      "halo plan: \(grid), \(program.descriptors.count) field\(program.descriptors.count == 1 ? "" : "s")"
    ]
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
    for index in 0..<program.messages.count where program.messages[index].sendRequest != nil {
      count += 1
    }
    return count
  }

  /// Bytes that this rank sends to other ranks in one update.
  public var bytesSentPerUpdate: Int { program.bytesPacked }
}
