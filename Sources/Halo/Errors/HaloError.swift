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
  /// An error of one rank, as it described it, thrown on others, or on all, so that none waits for the failed one.
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
