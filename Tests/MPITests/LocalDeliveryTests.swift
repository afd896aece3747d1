import MPI
import SeededRandom
import Testing

/// How messages of a local world meet their receives.
@Suite struct LocalDeliveryTests {
  static let deliveries = [LocalWorld.Delivery.immediate] + (0..<24).map { .delayed(seed: $0) }

  @Test(arguments: deliveries) func firstMessageThatFitsIsReceived(delivery: LocalWorld.Delivery) throws {
    let received = try LocalWorld(ranks: 2, delivery: delivery).run { world -> [Int] in
      // Short ones and long ones, which are passed on in different ways.
      func elements(_ number: Int) -> [Int] { Array(repeating: number, count: number % 2 == 0 ? 1 : 1000) }
      guard world.rank == 0 else {
        let messages = [7, 8, 7, 9, 8, 7].enumerated().map { number, tag in
          Message(elements: elements(number), peer: 0, tag: tag)
        }
        try pass(messages[...], on: world) {}
        return []
      }
      func receive(_ source: Int?, _ tag: Int?) throws -> Int {
        var memory = [Int](repeating: -1, count: 1000)
        var span = memory.mutableSpan
        let status = try world.receive(upTo: &span, from: source, tag: tag)
        let number = memory[0]
        #expect(status.byteCount == 8 * elements(number).count && status.source == 1)
        return number
      }
      return [
        try receive(nil, 8), try receive(1, 9), try receive(nil, nil), try receive(1, 7), try receive(nil, 7),
        try receive(1, nil),
      ]
    }
    #expect(received[0] == [1, 3, 0, 2, 5, 4])
  }

  @Test(arguments: deliveries) func receivesThatWaitTakeMessagesInTheirOrder(
    delivery: LocalWorld.Delivery
  ) throws {
    try LocalWorld(ranks: 2, delivery: delivery).run { world in
      var (first, second, third) = ([-1], [-1], [-1])
      var a = first.mutableSpan
      var b = second.mutableSpan
      var c = third.mutableSpan
      if world.rank == 0 {
        let any = try world.startReceive(into: &a, from: nil, tag: nil)
        let tagged = try world.startReceive(into: &b, from: 1, tag: 3)
        let last = try world.startReceive(into: &c, from: nil, tag: 3)
        try world.barrier()
        let statuses = [try last.wait(), try tagged.wait(), try any.wait()]
        #expect(statuses.map(\.tag) == [3, 3, 3])
        let values = [a[0], b[0], c[0]]
        #expect(values == [10, 11, 12])
      } else {
        try world.barrier()
        for value in 10...12 { try world.send([value].span, to: 0, tag: 3) }
      }
    }
  }

  /// Many messages of all sizes between all ranks, received in every way; those of one rank stay in their order.
  @Test(arguments: deliveries) func messagesOfOneRankDoNotOvertake(delivery: LocalWorld.Delivery) throws {
    let (ranks, rounds) = (6, 12)
    let seed = UInt64.random(in: 0...UInt64(UInt32.max))
    try LocalWorld(ranks: ranks, delivery: delivery).run { world in
      func elements(_ source: Int, _ number: Int) -> [Int] {
        let count = [1, 3, 512, 513, 5000][(source + number) % 5]
        return [source, number] + (0..<count).map { $0 + 1000 * number }
      }
      var generator = SeededGenerator(state: seed + UInt64(world.rank))
      var expected = [Int](repeating: 0, count: ranks)
      /// Receives what was sent up to a round, and may receive more.
      func receive(upTo round: Int) throws {
        var memory = [Int](repeating: -1, count: 6000)
        while let late = expected.indices.filter({ expected[$0] <= round }).randomElement(using: &generator) {
          let source = Bool.random(using: &generator) ? nil : late
          if Bool.random(using: &generator) { _ = try world.probe(from: source, tag: nil) }
          var span = memory.mutableSpan
          let status = try world.receive(upTo: &span, from: source, tag: nil)
          let sent = elements(status.source, expected[status.source])
          #expect(
            status.tag == expected[status.source] && status.count(of: Int.self) == sent.count, "seed \(seed)")
          #expect(memory.prefix(sent.count).elementsEqual(sent), "seed \(seed)")
          expected[status.source] += 1
        }
      }
      for number in 0..<rounds {
        let own = elements(world.rank, number)
        let messages = (0..<ranks).shuffled(using: &generator).map {
          Message(elements: own, peer: $0, tag: number)
        }
        try pass(messages[...], on: world) { try receive(upTo: number) }
      }
      #expect(expected == Array(repeating: rounds, count: ranks))
      #expect(try world.probeNow(from: nil, tag: nil) == nil)
    }
  }

  private struct Message {
    var elements: [Int]
    var peer: Int
    var tag: Int
  }

  /// Has all messages under way at once, sent in their order, while `body` runs.
  private func pass(_ messages: ArraySlice<Message>, on world: Communicator, _ body: () throws -> Void) throws
  {
    guard let message = messages.first else { return try body() }
    let request = try world.startSend(message.elements.span, to: message.peer, tag: message.tag)
    try pass(messages.dropFirst(), on: world, body)
    try request.wait()
  }

  @Test func delayedMessagesComeInAnotherOrder() throws {
    func order(_ delivery: LocalWorld.Delivery) throws -> [Int] {
      try LocalWorld(ranks: 6, delivery: delivery).run { world -> [Int] in
        if world.rank > 0 {
          try world.send([1].span, to: 0, tag: 0)
          return []
        }
        return try (1..<6).map { _ in
          var value = [0]
          var memory = value.mutableSpan
          return try world.receive(into: &memory, from: nil, tag: 0).source
        }
      }[0]
    }
    let orders = Set(try (0..<40).map { try order(.delayed(seed: $0)) })
    #expect(orders.count > 10)
    #expect(orders.allSatisfy { $0.sorted() == [1, 2, 3, 4, 5] })
  }

  @Test func shortMessagesAreCopiedAndLongOnesWait() throws {
    try LocalWorld(ranks: 2).run { world in
      var values = [Int](repeating: 0, count: 513)
      var memory = values.mutableSpan
      if world.rank == 0 {
        var short = try world.startSend([Int](repeating: 1, count: 512).span, to: 1, tag: 0)
        #expect(try short.isComplete())
        let elements = [Int](repeating: 2, count: 513)
        var long = try world.startSend(elements.span, to: 1, tag: 1)
        #expect(try !long.isComplete())
        try world.barrier()
        try short.wait()
        try long.wait()
      } else {
        try world.barrier()
        try world.receive(upTo: &memory, from: 0, tag: 0)
        try world.receive(into: &memory, from: 0, tag: 1)
        let sum = values.reduce(0, +)
        #expect(sum == 2 * 513)
      }
    }
  }

  /// A persistent send whose first message still lies there is started again.
  @Test(arguments: deliveries) func persistentSendsRunAhead(delivery: LocalWorld.Delivery) throws {
    try LocalWorld(ranks: 2, delivery: delivery).run { world in
      if world.rank == 0 {
        var send = try world.persistentSend(repeating: 0, count: 1, to: 1, tag: 0)
        for step in 0..<20 {
          var elements = send.elements
          elements[0] = step
          try send.start()
          try send.wait()
        }
      } else {
        var receive = try world.persistentReceive(repeating: -1, count: 1, from: 0, tag: 0)
        for step in 0..<20 {
          try receive.start()
          try receive.wait()
          let value = receive.elements[0]
          #expect(value == step)
        }
      }
    }
  }
}
