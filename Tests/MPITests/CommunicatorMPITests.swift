import MPI
import MPITesting
import Testing

@Suite(.serialized, .mpi) struct CommunicatorMPITests {
  let world = MPITesting.world

  @Test func numbersItsRanks() throws {
    try expectOnAllRanks(world.rank >= 0 && world.rank < world.size)
    try expectOnAllRanks(try world.allGather(world.rank) == Array(0..<world.size))
  }

  @Test func duplicateKeepsMessagesApart() throws {
    let other = try world.duplicate()
    try expectOnAllRanks(other.rank == world.rank && other.size == world.size)
    let right = (world.rank + 1) % world.size
    let left = (world.rank + world.size - 1) % world.size
    let first = try world.startSend([1].span, to: right, tag: 0)
    let second = try other.startSend([2].span, to: right, tag: 0)
    var ofOther = [0]
    var otherMemory = ofOther.mutableSpan
    try other.receive(into: &otherMemory, from: left, tag: 0)
    var ofWorld = [0]
    var worldMemory = ofWorld.mutableSpan
    try world.receive(into: &worldMemory, from: left, tag: 0)
    try first.wait()
    try second.wait()
    try expectOnAllRanks(ofOther == [2] && ofWorld == [1])
  }

  @Test func splitsByColor() throws {
    let part = try #require(try world.split(color: world.rank % 2))
    try expectOnAllRanks(part.rank == world.rank / 2)
    try expectOnAllRanks(part.size == (world.size + 1 - world.rank % 2) / 2)
    let members = try part.allGather(world.rank)
    try expectOnAllRanks(members == Array(stride(from: world.rank % 2, to: world.size, by: 2)))
  }

  @Test func splitsInTheOrderOfKeys() throws {
    let part = try #require(try world.split(color: 0, key: -world.rank))
    try expectOnAllRanks(part.rank == world.size - 1 - world.rank)
  }

  @Test func leavesOutRanksWithoutColor() throws {
    let part = try world.split(color: world.rank == 0 ? 3 : nil)
    try expectOnAllRanks((part != nil) == (world.rank == 0))
    try expectOnAllRanks(part == nil || part?.size == 1)
  }

  @Test func refusesColorsAndKeysThatDoNotFit() throws {
    let color = #expect(throws: MPIError.self) { _ = try world.split(color: -1) }
    try expectOnAllRanks(color?.message == "the color -1 is not between 0 and 2147483647")
    let key = #expect(throws: MPIError.self) { _ = try world.split(color: 0, key: 1 << 40) }
    try expectOnAllRanks(key?.message == "the key 1099511627776 does not fit 32 bits")
  }

  @Test func findsTheRanksOfItsNode() throws {
    let node = try world.splitBySharedMemory()
    try expectOnAllRanks(node.size >= 1 && node.size <= world.size)
    let members = try node.allGather(world.rank)
    try expectOnAllRanks(members == members.sorted() && members.contains(world.rank))
  }

  @Test func inheritsTheTimeLimit() throws {
    let other = try world.duplicate()
    other.timeLimit = .seconds(5)
    try expectOnAllRanks(try other.duplicate().timeLimit == .seconds(5))
    other.timeLimit = nil
    try expectOnAllRanks(try other.splitBySharedMemory().timeLimit == nil)
    try expectOnAllRanks(MPITesting.world.timeLimit != .seconds(5))
  }

  @Test func tellsOfTheLibrary() throws {
    // A local world does without.
    try expectOnAllRanks(MPI.isInitialized == MPITesting.isLaunched && !MPI.isFinalized)
    try expectOnAllRanks(!MPI.libraryVersion.isEmpty && !MPI.libraryVersion.contains("\n"))
    let before = MPI.wallTime()
    try expectOnAllRanks(MPI.wallTime() >= before)
  }
}
