import Glibc
import Testing

@testable import MPI

/// Outside mpirun: one rank.
///
/// Each process can run MPI once, so that most of these have a process of their own.
@Suite struct RuntimeTests {
  private struct Trouble: Error, CustomStringConvertible {
    var description: String
  }

  private func errors(of result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func runsAsOneRank() async {
    await #expect(processExitsWith: .success) {
      unsafe unsetenv("HALO_TIMEOUT")
      let answer = MPI.run { world in
        guard world.rank == 0, world.size == 1, MPI.isInitialized else { exit(2) }
        guard world.timeLimit == .seconds(600), try world.allReduce(5, .sum) == 5 else { exit(3) }
        return 42
      }
      guard answer == 42, MPI.isFinalized, !MPI.isInitialized else { exit(4) }
      exit(0)
    }
  }

  @Test func errorThatLeavesTheClosureIsOneLineWithItsRank() async {
    let result = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
      MPI.run { _ in throw Trouble(description: "halo 5 is wider\nthan the block") }
    }
    let line = errors(of: result)
    #expect(line == "rank 0: error: halo 5 is wider; than the block\n")
  }

  @Test func secondRunTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      MPI.run { _ in }
      MPI.run { _ in }
    }
    #expect(
      errors(of: result).contains(
        "MPI has been finalised and cannot be initialised again: call MPI.run once, around the whole program")
    )
  }

  @Test func runWithinRunTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      MPI.run { _ in MPI.run { _ in } }
    }
    #expect(errors(of: result).contains("MPI is running already: call MPI.run once"))
  }

  @Test func communicatorUsedAfterTheEndTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let world = MPI.run { $0 }
      try world.barrier()
    }
    #expect(
      errors(of: result).contains(
        "a communicator was used after MPI was finalised: use it only inside the closure of MPI.run"))
  }

  @Test func timeLimitComesFromTheEnvironment() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("HALO_TIMEOUT", "1.5", 1)
      exit(MPI.run { $0.timeLimit == .milliseconds(1500) } ? 0 : 2)
    }
    await #expect(processExitsWith: .success) {
      unsafe setenv("HALO_TIMEOUT", "0", 1)
      exit(MPI.run { $0.timeLimit == nil } ? 0 : 2)
    }
  }

  @Test func refusesMalformedTimeLimits() async {
    let result = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
      unsafe setenv("HALO_TIMEOUT", "soon", 1)
      MPI.run { _ in }
    }
    let line = errors(of: result)
    #expect(
      line == "rank 0: error: HALO_TIMEOUT is \"soon\": give a number of seconds, or 0 for no limit\n")
  }

  @Test(arguments: ThreadLevel.allCases)
  func givesTheThreadLevel(level: ThreadLevel) async {
    await #expect(processExitsWith: .success) { [level = level.rawValue as Int] in
      MPI.run(threadLevel: ThreadLevel(rawValue: level) ?? .single) { _ in }
    }
  }

  @Test func saysWhichThreadLevelIsMissing() {
    let error = StartError.threadLevel(needed: .multiple, provided: .single)
    #expect("\(error)".hasPrefix("this program needs MPI with thread level multiple, but "))
    #expect("\(error)".hasSuffix(" provides only single"))
    #expect(ThreadLevel.single < .funneled && ThreadLevel.serialized < .multiple)
    #expect(ThreadLevel.allCases.allSatisfy { ThreadLevel(code: $0.code) == $0 })
  }

  @Test func printsAnErrorOfSeveralRanksOnce() {
    func line(_ rank: Int, _ hashes: [UInt64]) -> String? {
      MPI.announcement(of: "error: no", rank: rank, hashes: hashes)
    }
    #expect(line(0, [7, 7, 7]) == "all 3 ranks: error: no")
    #expect(line(1, [7, 7, 7]) == nil)
    #expect(line(0, [7, 8, 8, 8]) == "rank 0: error: no")
    #expect(line(1, [7, 8, 8, 8]) == "rank 1 (and 2 others): error: no")
    #expect(line(1, [7, 8, 9, 8]) == "rank 1 (and 1 other): error: no")
    #expect(line(3, [7, 8, 9, 8]) == nil)
    #expect(line(0, [7]) == "rank 0: error: no")
  }

  @Test func fingerprintsAreTheSameInAllProcesses() {
    // The reference values of FNV-1a, 64 bits.
    #expect(Array("".utf8).fnv1a == 0xcbf2_9ce4_8422_2325)
    #expect(Array("a".utf8).fnv1a == 0xaf63_dc4c_8601_ec8c)
    #expect(Array("foobar".utf8).fnv1a == 0x8594_4171_f739_67e8)
  }

  @Test func timeLimitsOfAnyLength() {
    #expect(TimeLimit(.seconds(2)).nanoseconds == 2_000_000_000)
    #expect(TimeLimit(.seconds(Int64.max)).nanoseconds == .max)
    #expect(TimeLimit(nil) == .none && TimeLimit.none.duration == nil)
    #expect(TimeLimit(.seconds(-1)).nanoseconds == 0)
  }
}
