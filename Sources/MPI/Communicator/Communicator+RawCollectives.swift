internal import CMPI

extension Communicator {
  /// Copies `byteCount` bytes at `start` from rank `root` to all ranks.
  ///
  /// Collective.
  @unsafe
  public func broadcast(
    bytes start: UnsafeMutableRawPointer?, byteCount: Int, from root: Int
  ) throws(MPIError) {
    let root = try destination(root, "MPI_Ibcast")
    let count = try collectiveCount(byteCount, "MPI_Ibcast")
    try unsafe collect("MPI_Ibcast", from: nil, 0, into: start, byteCount) { (_, memory, request) in
      unsafe CMPI_Ibcast(memory, count, CMPI_BYTE(), root, handle, &request)
    }
  }

  /// Gathers `byteCount` bytes of each rank on all of them, in the order of the ranks.
  ///
  /// Collective.
  @unsafe
  public func allGather(
    bytes start: UnsafeRawPointer?, byteCount: Int, into gathered: UnsafeMutableRawPointer?
  ) throws(MPIError) {
    let count = try collectiveCount(byteCount, "MPI_Iallgather")
    try unsafe collect("MPI_Iallgather", from: start, byteCount, into: gathered, size * byteCount) {
      (from, into, request) in
      unsafe CMPI_Iallgather(from, count, CMPI_BYTE(), into, handle, &request)
    }
  }

  /// Gathers `byteCount` bytes of each rank on rank `root`, in the order of the ranks.
  ///
  /// Collective.
  @unsafe
  public func gather(
    bytes start: UnsafeRawPointer?, byteCount: Int, into gathered: UnsafeMutableRawPointer?, on root: Int
  ) throws(MPIError) {
    let count = try collectiveCount(byteCount, "MPI_Igather")
    let owner = try destination(root, "MPI_Igather")
    try unsafe collect(
      "MPI_Igather", from: start, byteCount, into: gathered, rank == root ? size * byteCount : 0
    ) {
      (from, into, request) in
      unsafe CMPI_Igather(from, count, CMPI_BYTE(), into, owner, handle, &request)
    }
  }

  /// Deals `byteCount` bytes to each rank from those at `start` on rank `root`.
  ///
  /// Collective.
  @unsafe
  public func scatter(
    bytes start: UnsafeRawPointer?, byteCount: Int, into part: UnsafeMutableRawPointer?, from root: Int
  ) throws(MPIError) {
    let count = try collectiveCount(byteCount, "MPI_Iscatter")
    let owner = try destination(root, "MPI_Iscatter")
    try unsafe collect(
      "MPI_Iscatter", from: start, rank == root ? size * byteCount : 0, into: part, byteCount
    ) {
      (from, into, request) in
      unsafe CMPI_Iscatter(from, count, CMPI_BYTE(), into, owner, handle, &request)
    }
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

  /// Runs one collective call over memory.
  ///
  /// A collective cannot be cancelled. Small ones therefore work on memory of their own, which is given up
  /// with them at the time limit; larger ones use the caller's, and end the job.
  func collect(
    _ function: StaticString, from source: UnsafeRawPointer?, _ sourceCount: Int,
    into destination: UnsafeMutableRawPointer?, _ destinationCount: Int,
    _ start: (UnsafeRawPointer?, UnsafeMutableRawPointer?, inout CMPI_Request) -> Int32
  ) throws(MPIError) {
    let call = Call(function)
    try requireIntact(function)
    var request = CMPI_REQUEST_NULL()
    guard sourceCount + destinationCount <= 4096 else {
      try check(unsafe start(source, destination, &request), call)
      return try waitOrEnd(&request, call)
    }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 4096 + 16, alignment: 16)
    let copy = unsafe memory + (destinationCount + 15) / 16 * 16
    if let destination = unsafe destination {
      unsafe memory.copyMemory(from: destination, byteCount: destinationCount)
    }
    if let source = unsafe source { unsafe copy.copyMemory(from: source, byteCount: sourceCount) }
    let code = unsafe start(copy, memory, &request)
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
}
