internal import CMPI
internal import Glibc

/// A group of ranks that exchange messages apart from those of all other communicators.
///
/// Ranks are numbered from 0. All calls named collective must be made by all ranks of the communicator, in
/// the same order. A communicator made here is freed with its last reference, which must go at the same point
/// of the program on all ranks; use none after `MPI.run` or `LocalWorld.run` has ended.
///
/// ```swift
/// let node = try world.splitBySharedMemory()
/// print("rank \(world.rank) is rank \(node.rank) of \(node.size) on its node")
/// ```
@safe
public final class Communicator {
  /// This process's number, from 0 up to `size`.
  public let rank: Int
  /// The number of processes.
  public let size: Int
  package var limit: TimeLimit
  /// What carries the messages in place of MPI; `nil` for MPI.
  let carrier: (any Carrier)?
  /// Where this rank sleeps while it waits; `nil` for MPI, which is to be asked again and again.
  ///
  /// Lives as long as the carrier.
  let bell: Unmanaged<Doorbell>?
  /// What this rank has begun, on this communicator or on any made from or with it.
  package let underWay: UnderWay
  /// What a floor above has found out about these ranks together.
  package var finding: AnyObject?
  private let comm: CMPI_Comm
  private let isOwned: Bool
  private var abandoned: String?
  /// Whether a wait was given up: messages may still be on their way here, so the communicator is not freed.
  var hasGivenUpWaiting = false

  /// How long any wait on this communicator may last before it is an error; `nil` is without limit.
  ///
  /// At first what the environment variable `HALO_TIMEOUT` says in seconds (0 is no limit), 600 seconds if it
  /// is unset; a communicator made from another inherits its limit. A wait that MPI cannot take back, because
  /// it may still read or write the caller's memory (a long message half sent, a collective over more than 4
  /// KiB), does not throw: the job is ended with the message of the error. In a local world every wait throws.
  public var timeLimit: Duration? {
    get { limit.duration }
    set { limit = TimeLimit(newValue) }
  }

  /// A communicator without MPI.
  init(carrier: any Carrier, timeLimit: TimeLimit, underWay: UnderWay = UnderWay()) {
    self.underWay = underWay
    (rank, size) = (carrier.rank, carrier.size)
    self.carrier = carrier
    unsafe bell = carrier.bell.map { unsafe Unmanaged.passUnretained($0) }
    comm = CMPI_COMM_NULL()
    limit = timeLimit
    isOwned = false
  }

  /// Wraps a communicator that is not freed here.
  init(borrowing comm: CMPI_Comm, timeLimit: TimeLimit) throws(MPIError) {
    (rank, size) = try Communicator.place(in: comm)
    underWay = UnderWay()
    carrier = nil
    unsafe bell = nil
    self.comm = comm
    limit = timeLimit
    isOwned = false
  }

  /// Wraps a communicator made from another, to be freed with this object.
  private init(owning comm: CMPI_Comm, madeFrom other: Communicator) throws(MPIError) {
    (rank, size) = try Communicator.place(in: comm)
    underWay = other.underWay
    carrier = nil
    unsafe bell = nil
    self.comm = comm
    limit = other.limit
    isOwned = true
  }

  deinit {
    guard isOwned, abandoned == nil, !hasGivenUpWaiting, MPI.isInitialized else { return }
    var comm = comm
    _ = unsafe CMPI_Comm_free(&comm)
  }

  private static func place(in comm: CMPI_Comm) throws(MPIError) -> (rank: Int, size: Int) {
    var rank: Int32 = 0
    var size: Int32 = 0
    var code = CMPI_Comm_return_errors(comm)
    if code == MPI_SUCCESS { code = unsafe CMPI_Comm_rank(comm, &rank) }
    if code == MPI_SUCCESS { code = unsafe CMPI_Comm_size(comm, &size) }
    guard code == MPI_SUCCESS else { throw MPIError(code: code, function: "MPI_Comm_rank", rank: 0) }
    return (Int(rank), Int(size))
  }

  /// MPI's handle; traps unless MPI runs.
  var handle: CMPI_Comm {
    MPI.requireRunning()
    return comm
  }

  /// Whether another rank's error has ended the run of this local world.
  package var hasEnded: Bool { carrier?.endedBy != nil }

  /// Whether nothing is exchanged here, so that other ranks cannot be asked for what only they know.
  package var isSilent: Bool { carrier?.isSilent ?? false }

  /// Whether all ranks are threads of this process, and exchange messages.
  package var isWithinProcess: Bool { carrier != nil && !isSilent }

  /// Whether transfers here can still be asked for and taken back.
  var isRunning: Bool { carrier != nil || MPI.isInitialized }

  /// A communicator of the same ranks, whose messages do not meet those of this one.
  ///
  /// Collective.
  ///
  /// Calls `MPI_Comm_dup` once all ranks have come, since no time limit could end that call itself.
  ///
  /// - Throws: As ``barrier()``.
  public func duplicate() throws(MPIError) -> Communicator {
    let call = Call("MPI_Comm_dup")
    if let carrier { return try part(color: 0, key: Int32(rank), of: carrier, call) ?? self }
    try meet(for: call)
    var copy = CMPI_COMM_NULL()
    try check(unsafe CMPI_Comm_dup(handle, &copy), call)
    return try Communicator(owning: copy, madeFrom: self)
  }

  /// One communicator for each color, of the ranks that give it.
  ///
  /// Collective.
  ///
  /// Calls `MPI_Comm_split` once all ranks have come, since no time limit could end that call itself.
  ///
  /// - Parameters:
  ///   - color: A number from 0, or `nil` to be in no part.
  ///   - key: Ranks of a part are ordered by their keys, then by their rank here.
  /// - Returns: The part with this rank in it; `nil` for color `nil`.
  /// - Throws: As ``barrier()``; and with class `MPI_ERR_ARG` if `color` is negative or it or `key` does not fit 32 bits.
  public func split(color: Int?, key: Int = 0) throws(MPIError) -> Communicator? {
    let call = Call("MPI_Comm_split")
    if let color, color < 0 || color > Int(Int32.max) {
      throw error(MPI_ERR_ARG, "the color \(color) is not between 0 and \(Int32.max)", call)
    }
    guard let key = Int32(exactly: key) else {
      throw error(MPI_ERR_ARG, "the key \(key) does not fit 32 bits", call)
    }
    let color = color.map { Int32($0) }
    if let carrier { return try part(color: color, key: key, of: carrier, call) }
    try meet(for: call)
    var part = CMPI_COMM_NULL()
    try check(unsafe CMPI_Comm_split(handle, color ?? MPI_UNDEFINED, key, &part), call)
    return CMPI_Comm_is_null(part) != 0 ? nil : try Communicator(owning: part, madeFrom: self)
  }

  /// The ranks that can share memory with this one: those on its node, in the order they have here.
  ///
  /// Collective.
  ///
  /// Calls `MPI_Comm_split_type` once all ranks have come, since no time limit could end that call itself.
  ///
  /// - Throws: As ``barrier()``.
  public func splitBySharedMemory() throws(MPIError) -> Communicator {
    let call = Call("MPI_Comm_split_type")
    if let carrier { return try part(color: 0, key: Int32(rank), of: carrier, call) ?? self }
    try meet(for: call)
    var part = CMPI_COMM_NULL()
    try check(unsafe CMPI_Comm_split_shared(handle, Int32(rank), &part), call)
    return try Communicator(owning: part, madeFrom: self)
  }

  /// The part of a communicator without MPI that this rank is in.
  private func part(
    color: Int32?, key: Int32, of carrier: any Carrier, _ call: Call
  ) throws(MPIError) -> Communicator? {
    try unsafe meet(.split(color: color, key: key), CollectiveMemory(), through: carrier, call)
    return carrier.takePart().map { Communicator(carrier: $0, timeLimit: limit, underWay: underWay) }
  }

  /// Ends all processes of the job at once, with `exitStatus` where the launcher passes it on (`MPI_Abort`).
  ///
  /// The ranks of a local world are one process.
  public func abort(exitStatus: Int32 = 1) -> Never {
    if carrier != nil { exit(exitStatus) }
    _ = CMPI_Abort(handle, exitStatus)
    fatalError("MPI_Abort returned")
  }

  /// Refuses calls after a collective that was given up: ranks could no longer agree on which call is which.
  func requireIntact(_ function: StaticString) throws(MPIError) {
    carrier?.requireRunning()
    guard let abandoned else { return }
    throw error(
      MPI_ERR_COMM, "an earlier \(abandoned) on this communicator was given up at its time limit",
      Call(function))
  }

  func abandon(_ call: Call) { abandoned = "\(call.function)" }
}
