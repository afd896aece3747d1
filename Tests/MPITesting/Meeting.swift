internal import MPI

/// Where all ranks wait for each other, by messages of each to each, so that it is known who does not come.
@safe
final class Meeting {
  let communicator: Communicator
  private var requests: RequestSet
  private let own: UnsafeMutablePointer<UInt64>
  private let others: UnsafeMutablePointer<UInt64>
  /// The rank whose word the receive of an index brings.
  private var senders: [Int: Int] = [:]

  init(of communicator: Communicator) throws {
    self.communicator = communicator
    requests = RequestSet(capacity: 2 * communicator.size, on: communicator)
    unsafe own = .allocate(capacity: 1)
    unsafe others = .allocate(capacity: communicator.size)
    unsafe own.initialize(to: 0)
    unsafe others.initialize(repeating: 0, count: communicator.size)
    for rank in 0..<communicator.size where rank != communicator.rank {
      let receive = try unsafe requests.addPersistentReceive(others + rank, byteCount: 8, from: rank, tag: 0)
      senders[receive] = rank
      _ = try unsafe requests.addPersistentSend(own, byteCount: 8, to: rank, tag: 0)
    }
  }

  deinit {
    unsafe own.deallocate()
    unsafe others.deallocate()
  }

  /// Waits for all ranks; the words they brought, in the order of the ranks.
  ///
  /// Ends the job if one does not come.
  func meet(saying word: UInt64, within patience: Duration, _ problem: ([Int]) -> String) throws -> [UInt64] {
    unsafe own.pointee = word
    try requests.startAll()
    do {
      try requests.waitAll(timeLimit: patience)
    } catch {
      let absent = requests.pendingIndices.compactMap { senders[$0] }
      end(absent.isEmpty ? "\(error)" : problem(absent))
    }
    unsafe others[communicator.rank] = word
    return (0..<communicator.size).map { unsafe others[$0] }
  }

  func end(_ problem: String) -> Never {
    MPI.writeError("rank \(communicator.rank): \(problem)")
    communicator.abort()
  }
}
