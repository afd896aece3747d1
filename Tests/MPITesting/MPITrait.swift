internal import MPI
internal import Synchronization
public import Testing

/// Makes all ranks run the same test at the same time, with a communicator of its own.
public struct MPITrait: SuiteTrait, TestTrait, TestScoping {
  /// Every test of a suite gets the trait, also in suites within it.
  public var isRecursive: Bool { true }

  /// The most ranks that a test makes sense for in one process.
  let mostRanks: Int

  @TaskLocal private static var isInside = false
  private static let gate = Gate()

  /// Runs one test, between two meetings of all ranks.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    if MPITrait.isInside { return try await function() }
    let name = test.id.description
    await MPITrait.gate.enter()
    defer { MPITrait.gate.leave() }
    guard MPITesting.isLaunched else {
      for world in MPITesting.localWorlds where world.ranks <= mostRanks {
        try await withoutActuallyEscaping(function) { function in
          try await run(test, testCase, in: world, function)
        }
      }
      return
    }
    try MPITesting.begin(name)
    do {
      try await MPITrait.$isInside.withValue(true) { try await function() }
    } catch {
      try MPITesting.end(name)
      throw error
    }
    try MPITesting.end(name)
  }

  /// Runs one test on all ranks of a local world; what one finds wrong says which rank it was.
  private func run(
    _ test: Test, _ testCase: Test.Case?, in world: LocalWorld,
    _ function: @escaping @Sendable () async throws -> Void
  ) async throws {
    _ = try await world.run(suspending: { communicator in
      let place: Comment = "rank \(communicator.rank) of \(world.ranks) in one process, \(world.delivery)"
      let rank = MPITesting.LocalRank(world: communicator)
      let naming = IssueHandlingTrait.compactMapIssues { issue in
        // What follows from another rank's error is not worth a word.
        if rank.world.hasEnded { return nil }
        var issue = issue
        issue.comments.append(place)
        return issue
      }
      try await naming.provideScope(for: test, testCase: testCase) {
        try await MPITrait.$isInside.withValue(true) {
          try await MPITesting.$localRank.withValue(rank) { try await function() }
        }
      }
    })
  }

  /// Lets one task in at a time.
  private final class Gate: Sendable {
    private struct State {
      var isTaken = false
      var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    func enter() async {
      await withCheckedContinuation { continuation in
        let isFree = state.withLock { state in
          if state.isTaken { state.waiting.append(continuation) }
          defer { state.isTaken = true }
          return !state.isTaken
        }
        if isFree { continuation.resume() }
      }
    }

    func leave() {
      let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
        guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
        state.isTaken = false
        return nil
      }
      next?.resume()
    }
  }
}

extension Trait where Self == MPITrait {
  /// All ranks run the test together; see `MPITesting`.
  public static var mpi: Self { MPITrait(mostRanks: .max) }

  /// The same; in one process only on up to `mostRanks` ranks, for tests whose grids are too small for more.
  public static func mpi(upTo mostRanks: Int) -> Self { MPITrait(mostRanks: mostRanks) }
}
