import MPI
import MPITesting
import Testing

@Suite(.serialized, .mpi) struct RequestsMPITests {
  let world = MPITesting.world
  var right: Int { (world.rank + 1) % world.size }
  var left: Int { (world.rank + world.size - 1) % world.size }

  @Test(arguments: [0, 1, 100_000])
  func transfersWhileComputing(count: Int) throws {
    let own = (0..<count).map { $0 + world.rank }
    var received = [Int](repeating: -1, count: count)
    var memory = received.mutableSpan
    let receive = try world.startReceive(into: &memory, from: left, tag: 0)
    let send = try world.startSend(own.span, to: right, tag: 0)
    let status = try receive.wait()
    try send.wait()
    try expectOnAllRanks(status.byteCount == 8 * count && status.source == left)
    try expectOnAllRanks(received == (0..<count).map { $0 + left })
  }

  @Test func asksWhetherItIsComplete() throws {
    var received = [0]
    var memory = received.mutableSpan
    var receive = try world.startReceive(into: &memory, from: left, tag: 0)
    let early = try receive.isComplete()
    try world.barrier()
    var send = try world.startSend([6].span, to: right, tag: 0)
    while true {
      let received = try receive.isComplete()
      let sent = try send.isComplete()
      if received && sent { break }
    }
    let status = try receive.wait()
    try send.wait()
    try expectOnAllRanks(!early && received == [6] && status.byteCount == 8)
  }

  @Test func receiveThatIsDroppedTakesNoMessage() throws {
    var values = [1]
    do {
      var memory = values.mutableSpan
      _ = try world.startReceive(into: &memory, from: left, tag: 0)
    }
    try world.barrier()
    let send = try world.startSend([2].span, to: right, tag: 0)
    try expectOnAllRanks(values == [1])
    var memory = values.mutableSpan
    try world.receive(into: &memory, from: left, tag: 0)
    try send.wait()
    try expectOnAllRanks(values == [2])
  }

  @Test func receiveEndsAtItsTimeLimit() throws {
    world.timeLimit = .milliseconds(100)
    var values = [1]
    let error = #expect(throws: MPIError.self) {
      var memory = values.mutableSpan
      let request = try world.startReceive(into: &memory, from: left, tag: 2)
      try request.wait()
    }
    #expect(values == [1])
    #expect(error?.message.contains("waited 0.1 s for rank \(left) with tag 2;") == true)
    #expect(error?.function == "MPI_Irecv")
  }

  @Test func refusesMessagesOfAnotherSize() throws {
    let send = try world.startSend([1, 2].span, to: right, tag: 0)
    var values = [0, 0, 0]
    let error = #expect(throws: MPIError.self) {
      var memory = values.mutableSpan
      let request = try world.startReceive(into: &memory, from: left, tag: 0)
      try request.wait()
    }
    try send.wait()
    try expectOnAllRanks(error?.reason == .messageSize(expected: 24, found: 16))

    let long = try world.startSend([1, 2].span, to: right, tag: 0)
    var value = [0]
    let truncated = #expect(throws: MPIError.self) {
      var memory = value.mutableSpan
      let request = try world.startReceive(into: &memory, from: left, tag: 0)
      try request.wait()
    }
    try long.wait()
    try expectOnAllRanks(truncated?.errorClassName == "MPI_ERR_TRUNCATE")
    try expectOnAllRanks(truncated?.peer == left && truncated?.tag == 0)
  }
}
