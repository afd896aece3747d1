public import MPI
internal import Glibc

/// What tests of communicating code stand on: MPI, initialised once in the test process, or ranks in this process.
///
/// Suites that communicate carry the trait `.mpi` and `.serialized`, and their names end in `MPITests`, by
/// which `mpirun-tests.sh` tells them from unit tests. Under mpirun each of its ranks runs each test once. Without
/// it, all ranks of a test are threads of this process, in local worlds of several sizes one after the other.
///
/// ```swift
/// @Suite(.serialized, .mpi) struct SumMPITests {
///   @Test func sums() throws {
///     let world = MPITesting.world
///     try expectOnAllRanks(try world.allReduce(1, .sum) == world.size)
///   }
/// }
/// ```
public enum MPITesting {
  /// The ranks that run this test: a communicator of the test's own, so that nothing of a failed test reaches
  /// the next.
  public static var world: Communicator {
    if let localRank { return localRank.world }
    guard let communicator = unsafe current else {
      fatalError("MPITesting.world is only there in tests of a suite with the trait .mpi")
    }
    return communicator
  }

  /// How long the ranks wait for each other between two tests: longer than any wait within a test, so that a
  /// rank whose wait has been ended still arrives.
  static let patience: Duration =
    unsafe meeting.communicator.timeLimit.map { $0 * 1.5 + .seconds(5) } ?? .seconds(600)

  // Tests with the trait run one at a time, which its gate sees to.
  private nonisolated(unsafe) static var current: Communicator?

  /// The place where all ranks meet between tests.
  fileprivate nonisolated(unsafe) static let meeting: Meeting = {
    let world = MPI.initialize(threadLevel: .serialized)
    atexit { MPITesting.leave() }
    do {
      return try Meeting(of: try world.duplicate())
    } catch {
      MPI.fail(error)
    }
  }()

  /// All ranks begin test `name`; ends the job if one of them has begun another.
  static func begin(_ name: String) throws {
    let meeting = unsafe meeting
    let own = Array(name.utf8).fnv1a
    let all = try meeting.meet(saying: own, within: patience) { absent in
      "began test \(name), and after \(patience) rank(s) \(absent) had not begun it"
    }
    guard all.allSatisfy({ $0 == own }) else {
      let others = all.indices.filter { all[$0] != own }
      meeting.end(
        "began test \(name), but rank(s) \(others) began another: all ranks must run the same tests")
    }
    unsafe current = try meeting.communicator.duplicate()
  }

  /// All ranks end test `name`; ends the job if one of them does not.
  static func end(_ name: String) throws {
    unsafe current = nil
    _ = try unsafe meeting.meet(saying: 0, within: patience) { absent in
      "ended test \(name), and after \(patience) rank(s) \(absent) had not ended it"
    }
  }

  private static func leave() {
    guard MPI.isInitialized else { return }
    MPI.finalize()
  }
}

// MARK: - In one process

extension MPITesting {
  /// Whether mpirun has started this process.
  public static let isLaunched = MPI.isLaunched

  /// A rank of a local world, for the task that runs a test on it.
  struct LocalRank: @unchecked Sendable {
    let world: Communicator
  }

  @TaskLocal static var localRank: LocalRank?

  /// The worlds that a test runs in without mpirun: `HALO_LOCAL_RANKS`, numbers of ranks with spaces between them, or
  /// 1, 2, 6 and the 24 of a cubed sphere; and 4 ranks whose messages are delayed by a seed, which is
  /// `HALO_TEST_SEED` or another one each run.
  static let localWorlds: [LocalWorld] = {
    let chosen = variable("HALO_LOCAL_RANKS")?.split(separator: " ").compactMap { Int($0) }
    let seed = variable("HALO_TEST_SEED").flatMap(UInt64.init) ?? .random(in: 0...UInt64(UInt32.max))
    return (chosen ?? [1, 2, 6, 24]).map { LocalWorld(ranks: $0) }
      + [LocalWorld(ranks: 4, delivery: .delayed(seed: seed))]
  }()

  /// How many of `rounds` a test that draws its cases does: in one process fewer the more ranks share the cores.
  public static func rounds(_ rounds: Int) -> Range<Int> {
    isLaunched ? 0..<rounds : 0..<max(2, 2 * rounds / max(2, world.size))
  }

  private static func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
