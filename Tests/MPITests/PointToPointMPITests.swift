import ComplexModule
import MPI
import MPITesting
import Strided
import Testing

private struct Particle: BitwiseCopyable, ArrayElement, Equatable {
  var position: SIMD2<Double>
  var charge: Int8
}

@Suite(.serialized, .mpi) struct PointToPointMPITests {
  let world = MPITesting.world
  var right: Int { (world.rank + 1) % world.size }
  var left: Int { (world.rank + world.size - 1) % world.size }

  /// Sends to the right and receives from the left, which is the same rank where there is only one.
  private func passes<Element: ArrayElement & Equatable>(_ elements: (Int) -> [Element]) throws {
    let own = elements(world.rank)
    let expected = elements(left)
    let request = try world.startSend(own.span, to: right, tag: 3)
    var received = own.isEmpty ? [] : [Element](repeating: own[0], count: expected.count)
    var memory = received.mutableSpan
    let status = try world.receive(into: &memory, from: left, tag: 3)
    try request.wait()
    try expectOnAllRanks(received == expected)
    try expectOnAllRanks(
      status.source == left && status.tag == 3 && status.count(of: Element.self) == expected.count)
  }

  @Test(arguments: [0, 1, 7, 1000, 300_000])
  func passesMessagesRound(count: Int) throws {
    try passes { rank in (0..<count).map { Double($0 + rank) } }
  }

  @Test func passesEveryKindOfElement() throws {
    try passes { [UInt8($0), 255] }
    try passes { [$0 % 2 == 0, true, false] }
    try passes { [Complex(Double($0), -1)] }
    try passes { [Particle(position: [Double($0), 2], charge: -1), Particle(position: .zero, charge: 1)] }
  }

  @Test func sendsAndWaits() throws {
    guard world.size > 1 else { return }
    let count = 100_000
    var received = [Int](repeating: 0, count: count)
    if world.rank % 2 == 0 {
      if world.rank + 1 < world.size { try world.send(Array(0..<count).span, to: world.rank + 1, tag: 0) }
    } else {
      var memory = received.mutableSpan
      try world.receive(into: &memory, from: world.rank - 1, tag: 0)
    }
    try expectOnAllRanks(world.rank % 2 == 0 || received == Array(0..<count))
  }

  @Test func receivesFromAnyRankWithAnyTag() throws {
    let request = try world.startSend([world.rank].span, to: 0, tag: 10 + world.rank)
    if world.rank == 0 {
      var seen: Set<Int> = []
      for _ in 0..<world.size {
        var value = [-1]
        var memory = value.mutableSpan
        let status = try world.receive(into: &memory, from: nil, tag: nil)
        #expect(value == [status.source] && status.tag == 10 + status.source)
        seen.insert(value[0])
      }
      #expect(seen == Set(0..<world.size))
    }
    try request.wait()
  }

  @Test func receivesShorterMessagesOnlyWhereAsked() throws {
    let request = try world.startSend([1.5, 2.5].span, to: right, tag: 0)
    var values = [Double](repeating: -1, count: 4)
    var memory = values.mutableSpan
    let status = try world.receive(upTo: &memory, from: left, tag: 0)
    try request.wait()
    try expectOnAllRanks(values == [1.5, 2.5, -1, -1] && status.count(of: Double.self) == 2)
    try expectOnAllRanks(status.count(of: Particle.self) == nil)
  }

  @Test(arguments: [0, 1, 3, 5, 200_000])
  func messageOfAnotherSizeLeavesMemoryAsItWas(sent: Int) throws {
    let message = [Double](repeating: 9, count: sent)
    let request = try world.startSend(message.span, to: right, tag: 4)
    let next = try world.startSend([1.0, 2, 3, 4].span, to: right, tag: 4)
    var values = [Double](repeating: -1, count: 4)
    let error = #expect(throws: MPIError.self) {
      var memory = values.mutableSpan
      try world.receive(into: &memory, from: left, tag: 4)
    }
    try expectOnAllRanks(values == [-1, -1, -1, -1])
    try expectOnAllRanks(error?.reason == .messageSize(expected: 32, found: 8 * sent))
    try expectOnAllRanks(
      error?.description == "MPI_Mrecv on rank \(world.rank) of \(world.size), peer rank \(left), tag 4: "
        + "expected a message of 32 bytes and found one of \(8 * sent); nothing was stored")
    var memory = values.mutableSpan
    try world.receive(into: &memory, from: left, tag: 4)
    try request.wait()
    try next.wait()
    try expectOnAllRanks(values == [1, 2, 3, 4], "the message of another size was taken out of the queue")
  }

  @Test func messageThatEndsWithinAnElementLeavesMemoryAsItWas() throws {
    let request = try world.startSend([UInt8](repeating: 7, count: 12).span, to: right, tag: 0)
    var values = [Double](repeating: -1, count: 4)
    let error = #expect(throws: MPIError.self) {
      var memory = values.mutableSpan
      try world.receive(upTo: &memory, from: left, tag: 0)
    }
    try request.wait()
    try expectOnAllRanks(values == [-1, -1, -1, -1])
    try expectOnAllRanks(error?.message.contains("found one of 12, which is no multiple of 8") == true)
  }

  @Test(arguments: [-2, -1, 1_000])
  func refusesPeersThatAreNoRanks(peer: Int) throws {
    let sending = #expect(throws: MPIError.self) { try world.send([1].span, to: peer, tag: 0) }
    try expectOnAllRanks(sending?.reason == .library && sending?.errorClassName == "MPI_ERR_RANK")
    try expectOnAllRanks(
      sending?.description.hasPrefix(
        "MPI_Isend on rank \(world.rank) of \(world.size), peer rank \(peer): MPI_ERR_RANK: ") == true)
    var value = [1]
    let receiving = #expect(throws: MPIError.self) {
      var memory = value.mutableSpan
      try world.receive(into: &memory, from: peer, tag: 0)
    }
    try expectOnAllRanks(receiving?.errorClass == sending?.errorClass && receiving?.peer == peer)
  }

  @Test(arguments: [-1, 1 << 40])
  func refusesTagsThatAreNone(tag: Int) throws {
    let error = #expect(throws: MPIError.self) { try world.send([1].span, to: 0, tag: tag) }
    try expectOnAllRanks(error?.errorClassName == "MPI_ERR_TAG")
  }

  @Test func receiveEndsAtItsTimeLimit() throws {
    world.timeLimit = .milliseconds(100)
    var values = [5]
    let error = #expect(throws: MPIError.self) {
      var memory = values.mutableSpan
      try world.receive(into: &memory, from: left, tag: 12)
    }
    #expect(values == [5])
    #expect(
      error?.description
        == "MPI_Mprobe on rank \(world.rank) of \(world.size), peer rank \(left), tag 12: waited 0.1 s for "
        + "rank \(left) with tag 12; if that is too short, set HALO_TIMEOUT to more seconds (0: no limit)")
    let any = #expect(throws: MPIError.self) {
      var memory = values.mutableSpan
      try world.receive(upTo: &memory, from: nil, tag: nil)
    }
    #expect(any?.message.contains("waited 0.1 s for a message of any rank;") == true)
    let probe = #expect(throws: MPIError.self) { _ = try world.probe(from: left, tag: 1) }
    #expect(probe?.reason == .timeLimit(.milliseconds(100)))
  }

  @Test func probesWithoutReceiving() throws {
    try expectOnAllRanks(try world.probeNow(from: nil, tag: nil) == nil)
    try world.barrier()
    let request = try world.startSend([1, 2, 3].span, to: right, tag: 8)
    let status = try world.probe(from: left, tag: nil)
    try expectOnAllRanks(status.source == left && status.tag == 8 && status.byteCount == 24)
    try expectOnAllRanks(try world.probeNow(from: left, tag: 8) == status)
    var values = [0, 0, 0]
    var memory = values.mutableSpan
    try world.receive(into: &memory, from: left, tag: 8)
    try request.wait()
    try expectOnAllRanks(values == [1, 2, 3])
  }

  /// More than 2 GiB: takes 5 GiB of memory and some seconds.
  @Test(.enabled("runs with HALO_NIGHTLY=1") { Environment["HALO_NIGHTLY"] == "1" })
  func passesMoreThan2To31Bytes() throws {
    guard world.size > 1, world.rank < 2 else { return }
    let count = (1 << 31) + 4099
    if world.rank == 0 {
      var bytes = [UInt8](repeating: 1, count: count)
      bytes[count - 1] = 7
      bytes[1 << 30] = 9
      try world.send(bytes.span, to: 1, tag: 0)
    } else {
      var bytes = [UInt8](repeating: 0, count: count)
      var memory = bytes.mutableSpan
      let status = try world.receive(into: &memory, from: 0, tag: 0)
      #expect(status.byteCount == count)
      #expect(bytes[count - 1] == 7 && bytes[1 << 30] == 9 && bytes[count - 2] == 1 && bytes[0] == 1)
    }
  }
}
