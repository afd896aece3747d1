import Testing

@testable import MPI

/// A world that exchanges nothing.
@Suite struct SilentWorldTests {
  let world = LocalWorld.silent(rank: 3, of: 24)

  @Test func messagesEndAtOnceAndLeaveMemoryAsItWas() throws {
    #expect(world.rank == 3 && world.size == 24)
    var values = [7, 8]
    var memory = values.mutableSpan
    try world.send([1, 2, 3].span, to: 5, tag: 0)
    let status = try world.receive(into: &memory, from: 4, tag: 9)
    #expect(status == Status(source: 4, tag: 9, byteCount: 16))
    var receive = try world.startReceive(into: &memory, from: nil, tag: nil)
    #expect(try receive.isComplete())
    #expect(try receive.wait().byteCount == 16)
    #expect(values == [7, 8])

    var persistent = try world.persistentReceive(repeating: 4, count: 2, from: 0, tag: 0)
    try persistent.start()
    try persistent.wait()
    #expect(persistent.elements[1] == 4)
    #expect(try world.probeNow(from: nil, tag: nil) == nil)
    #expect(try world.probe(from: 2, tag: nil) == Status(source: 2, tag: 0, byteCount: 0))
  }

  @Test func collectiveCallsActAsIfAllHadSaidTheSame() throws {
    try world.barrier()
    #expect(try world.allReduce(2, .sum) == 48)
    #expect(try world.allReduce(2.5, .max) == 2.5)
    #expect(try world.reduce(1, .sum, on: 0) == nil && world.reduce(1, .sum, on: 3) == 24)
    #expect(try world.broadcast(6, from: 1) == 6)
    #expect(try world.allGather(world.rank) == Array(repeating: 3, count: 24))
    #expect(try world.allGather(bytes: [1, 2]) == Array(repeating: [1, 2], count: 24))
    #expect(try world.gather(bytes: [1], on: 0) == nil)
    let all = Array(0..<24)
    var part = [9]
    do {
      var memory = part.mutableSpan
      try world.scatter(all.span, into: &memory, from: 0)
    }
    #expect(part == [9])
    do {
      var memory = part.mutableSpan
      try world.scatter(all.span, into: &memory, from: 3)
    }
    #expect(part == [3])
    let other = try world.duplicate()
    #expect(try other.rank == 3 && other.splitBySharedMemory().size == 24 && world.split(color: 1)?.rank == 3)
  }

  @Test func badRanksTrap() async {
    await #expect(processExitsWith: .failure) { _ = LocalWorld.silent(rank: 24, of: 24) }
  }
}
