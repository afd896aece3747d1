public import MPI
public import Memory
public import Staging
public import Topology

/// What can go wrong with a correct program: its configuration, another rank's, memory, MPI, or time.
public enum HaloError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A decomposition that cannot be; the same on every rank.
  case topology(TopologyError)
  /// Memory that could not be had.
  case allocation(AllocationError)
  /// A copy to or from a device that failed.
  case staging(StagingError)
  /// A call of the MPI library that failed.
  case mpi(MPIError)
  /// A field that cannot be, whatever the grid's size; the same on every rank.
  case invalidField(InvalidField)
  /// A field that does not fit its grid, its plan, or the field of another rank.
  case fieldMismatch(FieldMismatch)
  /// A link between blocks whose two ends, or whose boxes, do not fit.
  case linkMismatch(LinkMismatch)
  /// Peers whose messages did not come within the time limit.
  case timedOut(rank: Int, waitingFor: [Int], limit: Duration)
  /// A peer whose process has ended while a rank waited for it.
  case rankEnded(Int, waiting: Int)
  /// An error of another rank, as it described it, thrown here so that no rank waits for the failed one.
  case onRank(Int, message: String)

  /// One line: rank, peer, field, what was expected, what was found, and what to do.
  public var description: String {
    switch self {
    case .topology(let error): error.description
    case .allocation(let error): error.description
    case .staging(let error): error.description
    case .mpi(let error): error.description
    case .invalidField(let field): field.description
    case .fieldMismatch(let mismatch): mismatch.description
    case .linkMismatch(let mismatch): mismatch.description
    case .timedOut(let rank, let peers, let limit):
      "rank \(rank): no halo message from \(peers.count == 1 ? "rank" : "ranks") "
        + "\(peers.map(String.init).joined(separator: ", ")) after \(limit): "
        + "see what they wait for, or raise HALO_TIMEOUT (seconds, 0 for no limit)"
    case .rankEnded(let peer, let rank):
      "rank \(rank): rank \(peer) has ended while this rank waits for its halo: see what ended it"
    case .onRank(let rank, let message): "on rank \(rank): \(message)"
    }
  }

  /// A field in a device's memory, where only the processor's will do.
  static func onDevice(_ field: FieldStorage, rank: Int, place: String) -> HaloError {
    .fieldMismatch(
      FieldMismatch(
        rank: rank, peer: nil, field: field.name ?? "field", property: "memory",
        expected: "memory of the process, for \(place)",
        found: "memory of \(field.descriptor.device?.description ?? "?")",
        advice: "assign the field to one in the process's memory"))
  }

  static func rethrow<T>(_ body: () throws(TopologyError) -> T) throws(HaloError) -> T {
    do { return try body() } catch { throw .topology(error) }
  }

  static func rethrow<T: ~Copyable>(_ body: () throws(AllocationError) -> T) throws(HaloError) -> T {
    do { return try body() } catch { throw .allocation(error) }
  }

  static func rethrow<T: ~Copyable>(_ body: () throws(StagingError) -> T) throws(HaloError) -> T {
    do { return try body() } catch { throw .staging(error) }
  }

  static func rethrow<T: ~Copyable>(_ body: () throws(DeviceError) -> T) throws(HaloError) -> T {
    do { return try body() } catch { throw .staging(.device(error)) }
  }

  static func rethrow<T: ~Copyable>(_ body: () throws(MPIError) -> T) throws(HaloError) -> T {
    do { return try body() } catch { throw .mpi(error) }
  }
}

/// A field that is not what its grid, its plan or another rank's field expects.
public struct FieldMismatch: Hashable, Sendable, CustomStringConvertible {
  /// The rank whose field differs.
  public let rank: Int
  /// The rank it was compared with; `nil` if it was its own grid or plan.
  public let peer: Int?
  /// The name of the field, or its place in the list.
  public let field: String
  /// What differs: dtype, extents, halo, ….
  public let property: String
  /// What the grid, the plan or the peer has.
  public let expected: String
  /// What the field has.
  public let found: String
  /// What to do about it.
  public let advice: String

  /// Describes a mismatch, with what is usually to be done unless other advice is given.
  public init(
    rank: Int, peer: Int?, field: String, property: String, expected: String, found: String,
    advice: String? = nil
  ) {
    self.rank = rank
    self.peer = peer
    self.field = field
    self.property = property
    self.expected = expected
    self.found = found
    self.advice =
      advice
      ?? (peer == nil
        ? "give the field that its grid and plan were made for"
        : "build the same fields in the same order on every rank")
  }

  /// A wish that the grid or the plan cannot fulfil.
  static func wish(
    rank: Int, _ property: String, expected: String, found: String
  ) -> FieldMismatch {
    FieldMismatch(
      rank: rank, peer: nil, field: "plan", property: property, expected: expected, found: found,
      advice: "ask for what the grid and the plan can do")
  }

  /// One line: rank, peer, field, expected and found, and what to do.
  public var description: String {
    let against = peer.map { " (as on rank \($0))" } ?? ""
    return
      "rank \(rank), field \(field), \(property): expected \(expected)\(against), found \(found): \(advice)"
  }
}
