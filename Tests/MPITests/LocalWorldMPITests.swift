import MPI
import MPITesting
import Testing

/// Local worlds inside a program that runs on several ranks already.
@Suite(.serialized, .mpi(upTo: 6)) struct LocalWorldMPITests {
  @Test func staysApartFromTheRanksAround() throws {
    let world = MPITesting.world
    let rank = world.rank
    let sums = try LocalWorld(ranks: 3).run { inner in
      // Messages to the same ranks with the same tags as outside.
      let next = (inner.rank + 1) % 3
      let request = try inner.startSend([100 * rank + inner.rank].span, to: next, tag: 0)
      var value = [0]
      var memory = value.mutableSpan
      try inner.receive(into: &memory, from: (inner.rank + 2) % 3, tag: 0)
      try request.wait()
      return try inner.allReduce(value[0], .sum)
    }
    try expectOnAllRanks(sums == Array(repeating: 300 * rank + 3, count: 3))
    try expectOnAllRanks(
      try world.allReduce(sums[0], .sum) == 150 * world.size * (world.size - 1) + 3 * world.size)
  }

  @Test func errorsInsideStayInside() throws {
    struct Trouble: Error {}
    let world = MPITesting.world
    let found = #expect(throws: LocalWorldError.self) {
      try LocalWorld(ranks: 2).run { inner in
        if inner.rank == 1 { throw Trouble() }
        try inner.barrier()
      }
    }
    try expectOnAllRanks(found?.description == "rank 1: error: Trouble()")
    try world.barrier()
  }
}
