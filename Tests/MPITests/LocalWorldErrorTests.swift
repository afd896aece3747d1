import Glibc
import MPI
import Synchronization
import Testing

private struct Trouble: Error, Equatable, CustomStringConvertible {
  var description: String
}

/// What happens to the other ranks of a local world when one meets an error.
@Suite struct LocalWorldErrorTests {
  private func error(
    ranks: Int = 4, _ body: @escaping @Sendable (Communicator) throws -> Void
  ) -> LocalWorldError? {
    do {
      try LocalWorld(ranks: ranks).run(body)
      return nil
    } catch {
      return error
    }
  }

  /// Waits of every kind, which an error elsewhere ends.
  static let waits: [@Sendable (Communicator) throws -> Void] = [
    { try $0.barrier() },
    { _ = try $0.allReduce(1.0, .max) },
    { _ = try $0.duplicate() },
    { _ = try $0.split(color: 0) },
    { _ = try $0.probe(from: nil, tag: nil) },
    { world in
      var value = [0]
      var memory = value.mutableSpan
      try world.receive(into: &memory, from: 2, tag: 1)
    },
    { world in
      var value = [0]
      var memory = value.mutableSpan
      try world.startReceive(into: &memory, from: nil, tag: nil).wait()
    },
    { world in
      var value = [0]
      var memory = value.mutableSpan
      var request = try world.startReceive(into: &memory, from: nil, tag: nil)
      while try !request.isComplete() { usleep(100) }
    },
    { try $0.send([Int](repeating: 0, count: 10_000).span, to: 2, tag: 0) },
    { world in
      var receive = try world.persistentReceive(repeating: 0, count: 1, from: 2, tag: 0)
      try receive.start()
      try receive.wait()
    },
    { world in
      var send = try world.persistentSend(repeating: 0, count: 10_000, to: 2, tag: 0)
      try send.start()
      while try !send.isComplete() { usleep(100) }
    },
  ]

  @Test(arguments: waits.indices) func errorOnOneRankEndsTheWaitsOfAll(wait: Int) throws {
    let ends = Ends()
    let found = error { world in
      if world.rank == 2 {
        usleep(20_000)
        throw Trouble(description: "no memory")
      }
      do { try LocalWorldErrorTests.waits[wait](world) } catch let error as MPIError {
        ends.note(error.reason)
        throw error
      }
    }
    #expect(found?.description == "rank 2: error: no memory")
    #expect(found?.failures.map(\.rank) == [2] && found?.failures[0].error as? Trouble != nil)
    #expect(ends.reasons == Array(repeating: .runEnded(byRank: 2), count: 3))
  }

  private final class Ends: Sendable {
    private let noted = Mutex<[MPIError.Reason]>([])
    var reasons: [MPIError.Reason] { noted.withLock(\.self) }
    func note(_ reason: MPIError.Reason) { noted.withLock { $0.append(reason) } }
  }

  @Test func ranksThatSleepAreEndedAtOnce() {
    // The best of several: other work may hold up one of so many threads.
    let seconds = (0..<5).map { _ in
      let start = MPI.wallTime()
      let found = error(ranks: 24) { world in
        if world.rank == 17 { throw Trouble(description: "no field") }
        try world.barrier()
      }
      #expect(found?.description == "rank 17: error: no field")
      return MPI.wallTime() - start
    }
    #expect(seconds.contains { $0 < 0.4 }, "\(seconds)")
  }

  @Test func sameErrorOnAllRanksIsSaidOnce() {
    let found = error(ranks: 6) { _ in throw Trouble(description: "halo 5 is wider\nthan the block") }
    #expect(found?.description == "all 6 ranks: error: halo 5 is wider; than the block")
    #expect(found?.failures.map(\.rank) == Array(0..<6))
  }

  @Test func eachOfSeveralErrorsIsSaidOnce() {
    let found = error { world in
      throw Trouble(description: world.rank == 2 ? "no memory" : "no field")
    }
    #expect(found?.description == "rank 0 (and 2 others): error: no field; rank 2: error: no memory")
  }

  @Test func timeLimitsNameWhoIsAwaited() {
    let mend = "; if that is too short, set HALO_TIMEOUT to more seconds (0: no limit)"
    let send = error { world in
      world.timeLimit = .milliseconds(300)
      // Too long for a copy, and nobody receives it.
      if world.rank == 0 { try world.send([Int](repeating: 0, count: 1_000_000).span, to: 1, tag: 5) }
    }
    #expect(
      send?.description
        == "rank 0: error: MPI_Isend on rank 0 of 4, peer rank 1, tag 5: waited 0.3 s for rank 1 with tag 5"
        + mend)
    let barrier = error { world in
      world.timeLimit = .milliseconds(200)
      if world.rank != 3 { try world.barrier() }
    }
    #expect(
      barrier?.description
        == (0..<3).map {
          "rank \($0): error: MPI_Ibarrier on rank \($0) of 4: waited 0.2 s for the other ranks" + mend
        }.joined(separator: "; "))
  }

  @Test func sendThatIsDroppedEndsTheRunAtItsLimit() {
    let found = error(ranks: 2) { world in
      world.timeLimit = .milliseconds(100)
      guard world.rank == 0 else { return try world.barrier() }
      let elements = [Int](repeating: 0, count: 10_000)
      _ = try world.startSend(elements.span, to: 1, tag: 4)
    }
    #expect(found?.description.contains("peer rank 1, tag 4: waited 0.1 s for rank 1 with tag 4") == true)
  }

  @Test func trapsEndTheProcess() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try LocalWorld(ranks: 4).run { world in
        if world.rank == 2 { fatalError("the index is out of range") }
        try world.barrier()
      }
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("the index is out of range"))
  }

  @Test func abortEndsTheProcess() async {
    await #expect(processExitsWith: .exitCode(7)) {
      try LocalWorld(ranks: 4).run { world in
        if world.rank == 2 { world.abort(exitStatus: 7) }
        try world.barrier()
      }
    }
  }

  @Test func worldWithoutRanksTraps() async {
    await #expect(processExitsWith: .failure) { _ = LocalWorld(ranks: 0) }
  }
}
