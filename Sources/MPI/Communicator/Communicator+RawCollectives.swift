internal import CMPI

extension Communicator {
  /// Copies `byteCount` bytes at `start` from rank `root` to all ranks.
  ///
  /// Collective.
  ///
  /// If a rank has more than 4 KiB to read and write together, its time limit ends the job: MPI cannot be kept from
  /// touching the memory later.
  ///
  /// - Throws: As ``barrier()``; and with class `MPI_ERR_COUNT` if `byteCount` is negative or more than 2³¹ − 1,
  ///   `MPI_ERR_RANK` if `root` is not a rank of this communicator.
  @unsafe
  public func broadcast(
    bytes start: UnsafeMutableRawPointer?, byteCount: Int, from root: Int
  ) throws(MPIError) {
    let root = try destination(root, "MPI_Ibcast")
    let count = try collectiveCount(byteCount, "MPI_Ibcast")
    try unsafe collect(.broadcast(root: root, count: count), from: nil, 0, into: start, byteCount)
  }

  /// Gathers `byteCount` bytes of each rank on all of them, in the order of the ranks.
  ///
  /// Collective. What is said of the time limit at ``broadcast(bytes:byteCount:from:)`` holds here too.
  ///
  /// - Throws: As ``barrier()``; and with class `MPI_ERR_COUNT` if `byteCount` is negative or more than 2³¹ − 1.
  @unsafe
  public func allGather(
    bytes start: UnsafeRawPointer?, byteCount: Int, into gathered: UnsafeMutableRawPointer?
  ) throws(MPIError) {
    let count = try collectiveCount(byteCount, "MPI_Iallgather")
    try unsafe collect(
      .allGather(count: count), from: start, byteCount, into: gathered, size * byteCount)
  }

  /// Gathers `byteCount` bytes of each rank on rank `root`, in the order of the ranks.
  ///
  /// Collective. What is said of the time limit at ``broadcast(bytes:byteCount:from:)`` holds here too.
  ///
  /// - Throws: As ``broadcast(bytes:byteCount:from:)``.
  @unsafe
  public func gather(
    bytes start: UnsafeRawPointer?, byteCount: Int, into gathered: UnsafeMutableRawPointer?, on root: Int
  ) throws(MPIError) {
    let count = try collectiveCount(byteCount, "MPI_Igather")
    let owner = try destination(root, "MPI_Igather")
    try unsafe collect(
      .gather(root: owner, count: count), from: start, byteCount, into: gathered,
      rank == root ? size * byteCount : 0)
  }

  /// Deals `byteCount` bytes to each rank from those at `start` on rank `root`.
  ///
  /// Collective. What is said of the time limit at ``broadcast(bytes:byteCount:from:)`` holds here too.
  ///
  /// - Throws: As ``broadcast(bytes:byteCount:from:)``.
  @unsafe
  public func scatter(
    bytes start: UnsafeRawPointer?, byteCount: Int, into part: UnsafeMutableRawPointer?, from root: Int
  ) throws(MPIError) {
    let count = try collectiveCount(byteCount, "MPI_Iscatter")
    let owner = try destination(root, "MPI_Iscatter")
    try unsafe collect(
      .scatter(root: owner, count: count), from: start, rank == root ? size * byteCount : 0, into: part,
      byteCount)
  }

  /// A count as MPI's collectives take it: they know none over 2³¹ − 1.
  func collectiveCount(_ count: Int, _ function: StaticString) throws(MPIError) -> Int32 {
    guard let count = Int32(exactly: count), count >= 0 else {
      throw error(
        MPI_ERR_COUNT,
        "\(count) is more than the \(Int32.max) that a collective call can take; split it into several",
        Call(function))
    }
    return count
  }

  /// The most bytes, of the source and the destination together, that a collective call works on copies of.
  private static let mostBytesCopied = 4096

  /// Runs one collective call over memory.
  ///
  /// A collective of MPI cannot be cancelled. Small ones therefore work on memory of their own, which is given up
  /// with them at the time limit; larger ones use the caller's, and end the job.
  func collect(
    _ collective: Collective, from source: UnsafeRawPointer?, _ sourceCount: Int,
    into destination: UnsafeMutableRawPointer?, _ destinationCount: Int
  ) throws(MPIError) {
    let call = Call(collective.function)
    if let carrier {
      let memory = unsafe CollectiveMemory(source: source, destination: destination)
      return try unsafe meet(collective, memory, through: carrier, call)
    }
    try requireIntact(call.function)
    var request = CMPI_REQUEST_NULL()
    guard sourceCount + destinationCount <= Self.mostBytesCopied else {
      try check(unsafe start(collective, from: source, into: destination, &request), call)
      return try waitOrEnd(&request, call)
    }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: Self.mostBytesCopied + 16, alignment: 16)
    let copy = unsafe memory + (destinationCount + 15) / 16 * 16
    if let destination = unsafe destination {
      unsafe memory.copyMemory(from: destination, byteCount: destinationCount)
    }
    if let source = unsafe source { unsafe copy.copyMemory(from: source, byteCount: sourceCount) }
    let code = unsafe start(collective, from: copy, into: memory, &request)
    var status = MPI_Status()
    guard code == MPI_SUCCESS else {
      unsafe memory.deallocate()
      throw libraryError(code, call)
    }
    guard try completes(&request, &status, call) else {
      abandon(call)
      throw timeLimitError(call)
    }
    if let destination = unsafe destination {
      unsafe destination.copyMemory(from: memory, byteCount: destinationCount)
    }
    unsafe memory.deallocate()
  }

  /// Runs one collective call without MPI; an error then speaks of `call`.
  @inline(never)
  func meet(
    _ collective: Collective, _ memory: CollectiveMemory, through carrier: any Carrier, _ call: Call
  ) throws(MPIError) {
    try requireIntact(call.function)
    unsafe carrier.join(collective, memory)
    var patience = Patience(self)
    while !carrier.hasMet {
      guard patience.isSpent(), carrier.leave() else { continue }
      abandon(call)
      throw timeLimitError(call)
    }
    if let problem = carrier.disagreement { throw error(MPI_ERR_OTHER, problem, call) }
  }
}
