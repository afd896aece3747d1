import MPI
import MPITesting
import Testing

@Suite(.serialized, .mpi) struct AgreementMPITests {
  let world = MPITesting.world
  var last: Int { world.size - 1 }

  @Test func equalBytesStayWhereTheyAre() throws {
    for bytes: [UInt8] in [[], [1, 2, 3]] {
      try expectOnAllRanks(try world.allGatherUnlessEqual(bytes, insisting: false) == nil)
    }
  }

  @Test func bytesThatDifferReachAll() throws {
    let expected = (0..<world.size).map { [UInt8]($0 == last ? [1, 2] : [1]) }
    let found = try world.allGatherUnlessEqual(expected[world.rank], insisting: false)
    try expectOnAllRanks(found == (world.size > 1 ? expected : nil))
  }

  @Test func equalBytesReachAllIfOneRankInsists() throws {
    let found = try world.allGatherUnlessEqual([7], insisting: world.rank == last)
    try expectOnAllRanks(found == Array(repeating: [7], count: world.size))
  }

  @Test func bytesOfRanksThatAbstainEqualAny() throws {
    let own: [UInt8] = world.rank == last ? [9] : [1]
    let agreed = try world.allGatherUnlessEqual(own, insisting: false, abstaining: world.rank == last)
    try expectOnAllRanks(agreed == nil)
    try expectOnAllRanks(try world.allGatherUnlessEqual(own, insisting: false, abstaining: true) == nil)
    let heard = try world.allGatherUnlessEqual(own, insisting: world.rank == 0, abstaining: true)
    try expectOnAllRanks(heard == (0..<world.size).map { $0 == last ? [9] : [1] })
  }
}
