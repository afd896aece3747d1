internal import Synchronization

extension LocalWorld {
  /// Runs `body` on every rank at the same time, and returns when all have ended.
  ///
  /// An error that leaves the body of one rank ends the run for all: waits of the others fail, at once if all of them
  /// wait, else after half a second, in which they may meet the same error. A failed expectation of a test counts for
  /// the test that calls `run`. A trap ends the process.
  ///
  /// ```swift
  /// @Test func heatIsKept() throws {
  ///   let sums = try LocalWorld(ranks: 6).run { world in
  ///     let grid = try CartesianGrid(global: [12, 18], periodic: true, over: world)
  ///     let u = try relaxed(on: grid, steps: 100)
  ///     return try world.allReduce(sum(of: u), .sum)
  ///   }
  ///   #expect(sums.allSatisfy { abs($0 - 1) < 1e-12 })
  /// }
  /// ```
  ///
  /// - Parameter body: The program; its communicator must not be used after it returns.
  /// - Returns: What the bodies return, in the order of the ranks.
  /// - Throws: `LocalWorldError`, with the errors of all ranks that met one before the run was ended.
  @discardableResult
  public func run<Result: Sendable>(
    _ body: @escaping @Sendable (Communicator) throws -> Result
  ) throws(LocalWorldError) -> [Result] {
    try run(tasks: body)
  }

  /// Runs a body that may be suspended; blocks the calling thread all the same.
  package func run<Result: Sendable>(
    tasks body: @escaping @Sendable (Communicator) async throws -> Result
  ) throws(LocalWorldError) -> [Result] {
    let run = LocalRun(ranks: ranks, delivery: delivery)
    let limit: TimeLimit
    do throws(StartError) {
      limit = try TimeLimit(environment: "HALO_TIMEOUT")
    } catch {
      throw LocalWorldError(ranks: ranks, failures: (0..<ranks).map { .init(rank: $0, error: error) })
    }
    let group = LocalGroup(of: Array(0..<ranks), in: run)
    let results = Results<Result>(ranks: ranks)
    let threads = (0..<ranks).map { RankThread(rank: $0) }
    for rank in 0..<ranks {
      Task(executorPreference: threads[rank]) {
        do {
          let world = Communicator(carrier: LocalRank(rank, of: group), timeLimit: limit)
          results.set(try await body(world), of: rank)
          run.end(rank, nil)
        } catch {
          run.end(rank, error)
        }
      }
    }
    let failures = run.supervise()
    for thread in threads { thread.stop() }
    guard failures.isEmpty else { throw LocalWorldError(ranks: ranks, failures: failures) }
    return results.all
  }

  /// Runs a body that may be suspended, and blocks no thread of the caller's.
  package func run<Result: Sendable>(
    suspending body: @escaping @Sendable (Communicator) async throws -> Result
  ) async throws(LocalWorldError) -> [Result] {
    let thread = RankThread(rank: 0)
    let task = Task(executorPreference: thread) { () -> Swift.Result<[Result], LocalWorldError> in
      do throws(LocalWorldError) {
        return .success(try run(tasks: body))
      } catch {
        return .failure(error)
      }
    }
    let result = await task.value
    thread.stop()
    return try result.get()
  }

  /// What the ranks have returned.
  private final class Results<Result: Sendable>: Sendable {
    private let results: Mutex<[Result?]>

    init(ranks: Int) { results = Mutex(Array(repeating: nil, count: ranks)) }
    func set(_ result: Result, of rank: Int) { results.withLock { $0[rank] = result } }
    var all: [Result] { results.withLock { $0.compactMap(\.self) } }
  }
}
