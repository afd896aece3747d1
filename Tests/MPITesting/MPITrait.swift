internal import Synchronization
public import Testing

/// Makes all ranks run the same test at the same time, with a communicator of its own.
public struct MPITrait: SuiteTrait, TestTrait, TestScoping {
  /// Every test of a suite gets the trait, also in suites within it.
  public var isRecursive: Bool { true }

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
    try MPITesting.begin(name)
    do {
      try await MPITrait.$isInside.withValue(true) { try await function() }
    } catch {
      try MPITesting.end(name)
      throw error
    }
    try MPITesting.end(name)
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
  public static var mpi: Self { MPITrait() }
}
