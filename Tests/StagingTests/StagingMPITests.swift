import MPI
import MPITesting
import Memory
import SeededRandom
import Staging
import Strided
import Testing
import Timing

@Suite("Staging between ranks", .serialized, .mpi)
struct StagingMPITests {
  private let world = MPITesting.world
  private let cache = BufferCache()
  private let timer = Timer()

  private var left: Int { (world.rank + world.size - 1) % world.size }
  private var right: Int { (world.rank + 1) % world.size }

  /// The value of an element of a rank's array.
  private func value(_ place: Int, of rank: Int) -> Double {
    Double(1000 * rank + place)
  }

  private func values(_ count: Int, of rank: Int) -> [Double] {
    (0..<count).map { value($0, of: rank) }
  }

  /// Sends a box to the right, and receives one from the left into an array of poison.
  private func pass(_ count: Int, _ source: Layout, _ destination: Layout) throws -> [Double] {
    let own = values(count, of: world.rank)
    var received = [Double](repeating: -7, count: count)
    try received.withMutableView(destination) { target in
      try withReceiveBuffer(&target, cache: cache, timer: timer) { incoming in
        try own.withView(source) { array in
          try withSendBuffer(array, cache: cache, timer: timer) { outgoing in
            let request = try world.startSend(outgoing, to: right, tag: 5)
            try world.receive(into: &incoming, from: left, tag: 5)
            try request.wait()
          }
        }
      }
    }
    return received
  }

  /// What is to be in the array after ``pass(_:_:_:)``.
  private func expected(_ count: Int, _ source: Layout, _ destination: Layout) -> [Double] {
    var expected = [Double](repeating: -7, count: count)
    for (from, to) in zip(source.places, destination.places) { expected[to] = value(from, of: left) }
    return expected
  }

  @Test("Boxes of any order travel between ranks, each element to its index, nothing around them touched")
  func randomBoxes() throws {
    let seed = try world.broadcast(SeededGenerator.seed, from: 0)
    for round in MPITesting.rounds(60) {
      var generator = SeededGenerator(seed: seed, stream: UInt64(round))
      let source = RandomBox(itemSize: 8, rank: round % 5, using: &generator)
      // Another memory order on the other side: the wire has the logical order.
      let whole = Layout(
        contiguous: PerAxis(source.layout.shape.map { $0 + 2 }), itemSize: 8, order: .fortran)
      var destination = whole
      for axis in source.layout.shape.indices {
        destination = destination.slicing(axis: axis, range: 1..<(1 + source.layout.shape[axis]))
      }
      let count = max(source.storageCount, whole.count)
      let received = try pass(count, source.layout, destination)
      try expectOnAllRanks(
        received == expected(count, source.layout, destination), "seed \(seed), round \(round)")
    }
    try expectOnAllRanks(cache.statistics.lentBuffers == 0)
  }

  @Test("One pack and one unpack a message where the faces are strided, none where they are contiguous")
  func hits() throws {
    let block = Layout(contiguous: [4, 5, 6], itemSize: 8)
    let (staged, rows) = (block[.all, .all, .last(2)], block[.last(2)])
    for _ in 0..<10 {
      try expectOnAllRanks(try pass(120, rows, rows) == expected(120, rows, rows))
    }
    try expectOnAllRanks(timer.hits.isEmpty && cache.statistics.misses == 0)
    for _ in 0..<10 {
      try expectOnAllRanks(try pass(120, staged, staged) == expected(120, staged, staged))
    }
    try expectOnAllRanks(timer.hits == ["pack": 10, "unpack": 10])
    try expectOnAllRanks(timer.byteCounts == ["pack": 3200, "unpack": 3200])
    try expectOnAllRanks(cache.statistics.misses == 2 && cache.statistics.hits == 18)
  }

  @Test(
    "A message of another size throws and leaves the array as it was, staged or not", arguments: [5, 7, 0])
  func wrongSize(sentCount: Int) throws {
    let column = Layout(contiguous: [6, 8], itemSize: 8)[.all, 3]
    let row = Layout(contiguous: [6, 8], itemSize: 8)[2, 1..<7]
    for layout in [column, row] {
      var array = values(48, of: world.rank)
      let message = [Double](repeating: -1, count: sentCount)
      var error: MPIError?
      let request = try world.startSend(message.span, to: right, tag: 5)
      do {
        try array.withMutableView(layout) { target in
          try withReceiveBuffer(&target, cache: cache, timer: timer) { incoming in
            try world.receive(into: &incoming, from: left, tag: 5)
          }
        }
      } catch let thrown as MPIError {
        error = thrown
      }
      try request.wait()
      try expectOnAllRanks(error?.reason == .messageSize(expected: 48, found: 8 * sentCount))
      try expectOnAllRanks(array == values(48, of: world.rank))
      try expectOnAllRanks(timer.hits.isEmpty && cache.statistics.lentBuffers == 0)
    }
  }

  @Test("A shorter message that the body let in is found out by its status, and not unpacked")
  func shorterMessageLetIn() throws {
    let column = Layout(contiguous: [6, 8], itemSize: 8)[.all, 3]
    var array = values(48, of: world.rank)
    for sentCount in [5, 6] {
      let message = [Double](repeating: -1, count: sentCount)
      var error: StagingError?
      let request = try world.startSend(message.span, to: right, tag: 5)
      do {
        try array.withMutableView(column) { target in
          try withReceiveBuffer(&target, cache: cache, timer: timer) { incoming in
            try world.receive(upTo: &incoming, from: left, tag: 5)
          }
        }
      } catch let thrown as StagingError {
        error = thrown
      }
      try request.wait()
      if sentCount == 5 {
        try expectOnAllRanks(error == .messageSize(expected: 48, found: 40))
        try expectOnAllRanks(array == values(48, of: world.rank) && timer.hits.isEmpty)
      } else {
        try expectOnAllRanks(error == nil && timer.hits == ["unpack": 1])
        try expectOnAllRanks(column.places.allSatisfy { array[$0] == -1 })
      }
    }
  }

  @Test("Buffers hold what is sent and received by hand")
  func buffers() throws {
    var outgoing = try Buffer.popFromCache(
      allocator: .hugePages, shape: [4, 3], dtype: .float64, cache: cache)
    var incoming = try Buffer.popFromCache(
      allocator: .hugePages, shape: [4, 3], dtype: .float64, cache: cache)
    let block = Layout(contiguous: [4, 5], itemSize: 8)[.all, 1..<4]
    try values(20, of: world.rank).withView(block) { try outgoing.assign(from: $0) }
    try outgoing.finalizeMemoryTransfer()
    let request = try world.startSend(outgoing.span(as: Double.self), to: right, tag: 9)
    var span = incoming.mutableSpan(as: Double.self)
    try world.receive(into: &span, from: left, tag: 9)
    try request.wait()
    var received = [Double](repeating: -7, count: 20)
    try received.withMutableView(block) { try incoming.assign(to: &$0) }
    try expectOnAllRanks(received == expected(20, block, block))
  }
}
