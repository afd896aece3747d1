import MPI
import Testing

/// An error that all ranks of a local world meet at once is told as that of all, not of those that were quickest.
@Suite struct LocalWorldDisagreementTests {
  @Test func everyRankIsNamed() {
    for _ in 0..<100 {
      do {
        try LocalWorld(ranks: 3).run { world in
          if world.rank == 1 { _ = try world.allReduce(1, .sum) } else { try world.barrier() }
        }
        Issue.record("no error")
      } catch {
        #expect(error.failures.map(\.rank) == [0, 1, 2])
      }
    }
  }
}
