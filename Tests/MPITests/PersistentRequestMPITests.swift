import MPI
import MPITesting
import Testing

@Suite(.serialized, .mpi) struct PersistentRequestMPITests {
  /// Every rank sends to the next one, many times, over the same two requests.
  @Test func startsManyTimes() throws {
    let world = MPITesting.world
    let next = (world.rank + 1) % world.size
    let last = (world.rank + world.size - 1) % world.size
    var receive = try world.persistentReceive(repeating: -1.0, count: 100, from: last, tag: 3)
    var send = try world.persistentSend(repeating: 0.0, count: 100, to: next, tag: 3)
    var wrong = 0
    for step in 0..<50 {
      var outgoing = send.elements
      for i in outgoing.indices { outgoing[i] = Double(world.rank * 10_000 + step * 100 + i) }
      try receive.start()
      try send.start()
      try receive.wait()
      try send.wait()
      let incoming = receive.elements
      for i in incoming.indices where incoming[i] != Double(last * 10_000 + step * 100 + i) { wrong += 1 }
    }
    try expectOnAllRanks(wrong == 0)
  }

  @Test func completesWithoutWaiting() throws {
    let world = MPITesting.world
    var receive = try world.persistentReceive(repeating: Int32(0), count: 1, from: world.rank, tag: 0)
    var send = try world.persistentSend(repeating: Int32(7), count: 1, to: world.rank, tag: 0)
    #expect(try receive.isComplete())
    try receive.start()
    #expect(try !receive.isComplete())
    try send.start()
    while try !receive.isComplete() {}
    try send.wait()
    let value = receive.elements[0]
    #expect(value == 7)
  }

  @Test func waitEndsAtTheTimeLimit() throws {
    let world = MPITesting.world
    world.timeLimit = .milliseconds(50)
    var receive = try world.persistentReceive(repeating: 0.0, count: 4, from: world.rank, tag: 9)
    try receive.start()
    let error = #expect(throws: MPIError.self) { try receive.wait() }
    #expect(error?.peer == world.rank && error?.tag == 9)
    #expect(error?.reason == .timeLimit(.milliseconds(50)))
    // It is still pending, and cancelled when it goes out of scope.
  }

  @Test func badPeerIsRefused() {
    let world = MPITesting.world
    #expect(throws: MPIError.self) {
      _ = try world.persistentSend(repeating: 0, count: 1, to: world.size, tag: 0)
    }
  }
}
