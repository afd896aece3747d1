internal import CMPI
internal import Synchronization

/// One run of a local world: its ranks' bells, and how it ends.
final class LocalRun: @unchecked Sendable {
  let ranks: Int
  let delivery: LocalWorld.Delivery
  let bells: [Doorbell]

  private let isOver = Atomic<Bool>(false)
  private let ender = Atomic<Int>(-1)
  private let communicators = Atomic<UInt64>(0)
  private let lock = Lock()
  private var ended: Set<Int> = []
  private var failures: [LocalWorldError.Failure] = []

  init(ranks: Int, delivery: LocalWorld.Delivery) {
    self.ranks = ranks
    self.delivery = delivery
    bells = (0..<ranks).map { _ in Doorbell(ranks: ranks) }
  }

  /// Counts the communicators of the run.
  func nextCommunicator() -> UInt64 { communicators.add(1, ordering: .relaxed).oldValue }

  // MARK: For the ranks

  func requireRunning() {
    guard isOver.load(ordering: .relaxed) else { return }
    fatalError(
      "a communicator was used after its local world had ended: use it only inside the closure of LocalWorld.run"
    )
  }

  var endedBy: Int? {
    let rank = ender.load(ordering: .acquiring)
    return rank < 0 ? nil : rank
  }

  /// Rank `rank` has met an error, which ends the run unless it follows from the end.
  func fail(_ error: any Error, on rank: Int) {
    lock.withLock {
      if endedBy == nil { failures.append(LocalWorldError.Failure(rank: rank, error: error)) }
      lock.wakeAll()
    }
  }

  /// The body of rank `rank` has returned, or thrown `error`.
  func end(_ rank: Int, _ error: (any Error)?) {
    if let error { fail(error, on: rank) }
    lock.withLock {
      ended.insert(rank)
      lock.wakeAll()
    }
  }

  // MARK: For the thread that runs the world

  /// Waits until the bodies of all ranks have ended; their errors.
  ///
  /// After an error, ranks have half a second to end or meet an error of their own, less if all sleep: then the
  /// waits of all are ended.
  func supervise() -> [LocalWorldError.Failure] {
    lock.withLock {
      while !hasEnded && failures.isEmpty { lock.wait() }
      let deadline = CMPI_nanoseconds() + 500_000_000
      while !hasEnded, CMPI_nanoseconds() < deadline, !allSleep(beyond: deadline) {
        lock.wait(until: CMPI_nanoseconds() + 1_000_000)
      }
      if let first = failures.first, !hasEnded {
        ender.store(first.rank, ordering: .releasing)
        for bell in bells { bell.end() }
      }
      while !hasEnded { lock.wait() }
    }
    isOver.store(true, ordering: .releasing)
    return failures.sorted { $0.rank < $1.rank }
  }

  private var hasEnded: Bool { ended.count == ranks }

  /// Whether every rank that has not ended sleeps, so that none will wake another: all did at the moment between two
  /// looks with the same result.
  private func allSleep(beyond time: Int64) -> Bool {
    let awaited = (0..<ranks).filter { !ended.contains($0) }
    let first = awaited.map { bells[$0].sleep(beyond: time) }
    let second = awaited.map { bells[$0].sleep(beyond: time) }
    return zip(first, second).allSatisfy { first, second in
      guard let first, let second else { return false }
      return first == second
    }
  }
}
