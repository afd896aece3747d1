import Glibc
import MPI
import Testing

private struct Trouble: Error, Equatable, CustomStringConvertible {
  var description: String
}

@Suite struct LocalWorldTests {
  @Test(arguments: [1, 2, 3, 6, 24]) func runsEveryRank(ranks: Int) throws {
    let results = try LocalWorld(ranks: ranks).run { world in
      #expect(world.size == ranks)
      return [world.rank, try world.allReduce(world.rank, .sum)]
    }
    #expect(results == (0..<ranks).map { [$0, ranks * (ranks - 1) / 2] })
    #expect(!MPI.isInitialized)
  }

  @Test func givesBackWhatIsOptional() throws {
    let results = try LocalWorld(ranks: 3).run { world in world.rank == 1 ? nil : world.rank }
    #expect(results == [0, nil, 2])
  }

  @Test func takesTheTimeLimitOfTheEnvironment() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("HALO_TIMEOUT", "1.5", 1)
      let limits = try LocalWorld(ranks: 2).run { $0.timeLimit }
      guard limits == [.milliseconds(1500), .milliseconds(1500)] else { exit(2) }
      unsafe setenv("HALO_TIMEOUT", "soon", 1)
      do throws(LocalWorldError) { try LocalWorld(ranks: 2).run { _ in } } catch {
        let expected =
          "all 2 ranks: error: HALO_TIMEOUT is \"soon\": give a number of seconds, or 0 for no limit"
        exit(error.description == expected ? 0 : 3)
      }
      exit(4)
    }
  }

  @Test func failedExpectationsCountForTheTest() throws {
    try withKnownIssue {
      _ = try LocalWorld(ranks: 4).run { world in #expect(world.rank != 2) }
    } matching: { issue in
      issue.description.contains("world.rank")
    }
  }

  @Test func worldsRunAtOnceAndWithinEachOther() async throws {
    func sum(_ ranks: Int) throws -> [Int] {
      try LocalWorld(ranks: ranks).run { world in
        try (0..<50).reduce(0) { sum, _ in try world.allReduce(sum % 7 + world.rank, .sum) }
      }
    }
    let alone = try [sum(5), sum(8)]
    async let five = sum(5)
    async let eight = sum(8)
    #expect(try await [five, eight] == alone)

    let nested = try LocalWorld(ranks: 3).run { outer in
      let inner = try LocalWorld(ranks: 2).run { inner in try inner.allReduce(1 + inner.rank, .sum) }
      return try outer.allReduce(inner[1] * (outer.rank + 1), .sum)
    }
    #expect(nested == [18, 18, 18])
  }

  @Test func tellsWhatRanksDoNotAgreeOn() throws {
    let errors = try LocalWorld(ranks: 3).run { world in
      do throws(MPIError) {
        if world.rank == 1 { try world.barrier() } else { _ = try world.broadcast(1, from: 2) }
        return ""
      } catch {
        return error.message
      }
    }
    let message =
      "rank 0 called MPI_Ibcast of 8 bytes with root 2 and rank 1 MPI_Ibarrier: all ranks must make the same "
      + "collective calls in the same order"
    #expect(errors == [message, message, message])
  }

  @Test func threadsEndWithTheWorld() async {
    await #expect(processExitsWith: .success) {
      func threads() -> Int {
        var count = 0
        guard let folder = unsafe opendir("/proc/self/task") else { return -1 }
        while unsafe readdir(folder) != nil { count += 1 }
        unsafe closedir(folder)
        return count
      }
      try LocalWorld(ranks: 2).run { try $0.barrier() }
      let before = threads()
      for _ in 0..<20 { try LocalWorld(ranks: 24).run { try $0.barrier() } }
      for _ in 0..<5 {
        _ = try? LocalWorld(ranks: 24).run { if $0.rank == 3 { throw Trouble(description: "") } }
      }
      exit(threads() == before ? 0 : 2)
    }
  }

  @Test func ranksThatWaitSleep() async {
    await #expect(processExitsWith: .success) {
      let before = clock()
      try LocalWorld(ranks: 24).run { world in
        if world.rank == 0 { usleep(1_000_000) }
        try world.barrier()
        var value = [0]
        var memory = value.mutableSpan
        if world.rank == 0 {
          usleep(1_000_000)
          for rank in 1..<24 { try world.send([5].span, to: rank, tag: 0) }
        } else {
          try world.receive(into: &memory, from: 0, tag: 0)
        }
      }
      // Seconds of processor time, of two that passed.
      exit(Double(clock() - before) / Double(CLOCKS_PER_SEC) < 0.5 ? 0 : 2)
    }
  }

  @Test func communicatorUsedAfterTheEndTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      final class Box: @unchecked Sendable { var world: Communicator? }
      let box = Box()
      try LocalWorld(ranks: 2).run { if $0.rank == 0 { box.world = $0 } }
      try box.world?.barrier()
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(
      text.contains(
        "a communicator was used after its local world had ended: use it only inside the closure of LocalWorld.run"
      ))
  }
}
