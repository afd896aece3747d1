internal import CMPI
internal import Glibc
internal import Synchronization

extension MPI {
  /// Ends the job for all ranks with exit status 1, after one line on standard error.
  ///
  /// Ranks that fail within half a second of each other with the same message print it once.
  package static func fail(_ error: any Error) -> Never {
    fail(describing: "\(error)")
  }

  package static func fail(describing description: String) -> Never {
    let message = "error: " + oneLine(description)
    fflush(nil)
    guard isInitialized, let comm = session.announcements.withLock({ $0 }) else {
      writeError(message)
      exit(1)
    }
    var rank: Int32 = 0
    var size: Int32 = 1
    _ = unsafe CMPI_Comm_rank(comm, &rank)
    _ = unsafe CMPI_Comm_size(comm, &size)
    let hashes = announce(Array(message.utf8).fnv1a, over: comm, size: Int(size))
    if let hashes {
      if let line = announcement(of: message, rank: Int(rank), hashes: hashes) { writeError(line) }
      meet(over: comm)
    } else {
      writeError("rank \(rank): \(message)")
    }
    guard size > 1 || isLaunched else { exit(1) }
    // Rank 0 ends the job, so that the launcher's own report appears once at most; and not at once, for the lines
    // just written take their time through the launcher.
    _ = usleep(hashes != nil && rank > 0 ? 2_000_000 : 100_000)
    _ = CMPI_Abort(CMPI_COMM_WORLD(), 1)
    exit(1)
  }

  /// Tells all ranks the fingerprint of this rank's message; theirs by rank, or `nil` if some rank did not
  /// fail in time.
  private static func announce(_ fingerprint: UInt64, over comm: CMPI_Comm, size: Int) -> [UInt64]? {
    // MPI may still write to these after the wait was given up, so they are not freed: the process is about
    // to end.
    let hashes = UnsafeMutablePointer<UInt64>.allocate(capacity: size + 1)
    unsafe hashes.initialize(repeating: 0, count: size + 1)
    let own = unsafe hashes + size
    unsafe own.pointee = fingerprint
    var request = CMPI_REQUEST_NULL()
    let code = unsafe CMPI_Iallgather(own, 1, CMPI_UINT64_T(), hashes, comm, &request)
    guard code == MPI_SUCCESS, completes(&request) else { return nil }
    return unsafe Array(UnsafeBufferPointer(start: hashes, count: size))
  }

  /// Waits until all failing ranks have printed their line.
  private static func meet(over comm: CMPI_Comm) {
    var request = CMPI_REQUEST_NULL()
    guard unsafe CMPI_Ibarrier(comm, &request) == MPI_SUCCESS else { return }
    _ = completes(&request)
  }

  private static func completes(_ request: inout CMPI_Request) -> Bool {
    var patience = Patience(nanoseconds: 500_000_000)
    var status = MPI_Status()
    var done: Int32 = 0
    while true {
      guard unsafe CMPI_Test(&request, &done, &status) == MPI_SUCCESS else { return false }
      if done != 0 { return true }
      if patience.isSpent() { return false }
    }
  }

  /// The line for `message`, if `rank` is the lowest of those that fail with it.
  static func announcement(of message: String, rank: Int, hashes: [UInt64]) -> String? {
    let sharing = hashes.indices.filter { hashes[$0] == hashes[rank] }
    guard sharing.first == rank else { return nil }
    return line(message, rank: rank, others: sharing.count - 1, of: hashes.count)
  }

  /// The line for a message of rank `rank`, the lowest of those that have it.
  static func line(_ message: String, rank: Int, others: Int, of size: Int) -> String {
    switch others {
    case 0: "rank \(rank): \(message)"
    case size - 1: "all \(size) ranks: \(message)"
    case 1: "rank \(rank) (and 1 other): \(message)"
    default: "rank \(rank) (and \(others) others): \(message)"
    }
  }

  static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: "; ")
  }

  /// Writes `line` to standard error at once, so that lines of several ranks do not mix.
  package static func writeError(_ line: String) {
    var text = line + "\n"
    text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count {
        let count = unsafe write(2, bytes.baseAddress.map { unsafe $0 + written }, bytes.count - written)
        guard count > 0 else { return }
        written += count
      }
    }
  }
}
