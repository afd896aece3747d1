import MPI
import MPITesting
import Testing

@Suite(.serialized, .mpi) struct CollectivesMPITests {
  let world = MPITesting.world
  var sumOfRanks: Int { world.size * (world.size - 1) / 2 }
  var last: Int { world.size - 1 }

  @Test func barriersFollowEachOther() throws {
    for _ in 0..<10 { try world.barrier() }
  }

  @Test func broadcastsFromEveryRoot() throws {
    for root in 0..<world.size {
      try expectOnAllRanks(try world.broadcast(Int16(100 + world.rank), from: root) == Int16(100 + root))
      var values = [Double](repeating: Double(world.rank), count: 5)
      var memory = values.mutableSpan
      try world.broadcast(&memory, from: root)
      try expectOnAllRanks(values == [Double](repeating: Double(root), count: 5))
    }
  }

  @Test(arguments: [0, 1, 511, 512, 513, 100_000])
  func broadcastsSmallAndLarge(count: Int) throws {
    let expected = (0..<count).map { Double($0) }
    var values = world.rank == last ? expected : [Double](repeating: -1, count: count)
    var memory = values.mutableSpan
    try world.broadcast(&memory, from: last)
    try expectOnAllRanks(values == expected)
  }

  @Test func reducesEveryType() throws {
    try reduces(Int8.self)
    try reduces(Int16.self)
    try reduces(Int32.self)
    try reduces(Int64.self)
    try reduces(Int.self)
    try reduces(UInt8.self)
    try reduces(UInt16.self)
    try reduces(UInt32.self)
    try reduces(UInt64.self)
    try reduces(UInt.self)
    try reduces(Float.self)
    try reduces(Double.self)
  }

  private func reduces<Element: ReducibleElement & Numeric>(_ type: Element.Type) throws {
    let own = Element(exactly: world.rank + 1) ?? 0
    if let sum = Element(exactly: sumOfRanks + world.size) {
      try expectOnAllRanks(try world.allReduce(own, .sum) == sum)
    }
    try expectOnAllRanks(try world.allReduce(own, .min) == 1)
    try expectOnAllRanks(try world.allReduce(own, .max) == Element(exactly: world.size))
    // More factors have a product that no integer holds.
    if world.size <= 20, let product = Element(exactly: (1...world.size).reduce(1, *)) {
      try expectOnAllRanks(try world.allReduce(own, .product) == product)
    }
  }

  @Test func reducesTruth() throws {
    let isLast = world.rank == last
    try expectOnAllRanks(try world.allReduce(isLast, .logicalOr))
    try expectOnAllRanks(try world.allReduce(isLast, .logicalAnd) == (world.size == 1))
    try expectOnAllRanks(try !world.allReduce(false, .logicalOr))
    try expectOnAllRanks(try world.allReduce(Int32(world.rank), .logicalAnd) == 0)
    try expectOnAllRanks(try world.allReduce(Int32(world.rank + 7), .logicalAnd) != 0)
  }

  @Test(arguments: [3, 2000])
  func reducesElementByElement(count: Int) throws {
    var values = (0..<count).map { $0 + world.rank }
    var memory = values.mutableSpan
    try world.allReduce(&memory, .sum)
    try expectOnAllRanks(values == (0..<count).map { $0 * world.size + sumOfRanks })
  }

  @Test(arguments: [3, 2000])
  func reducesToOneRankAndLeavesTheOthers(count: Int) throws {
    var values = (0..<count).map { Double($0 + world.rank) }
    let before = values
    var memory = values.mutableSpan
    try world.reduce(&memory, .max, on: last)
    try expectOnAllRanks(values == (world.rank == last ? (0..<count).map { Double($0 + last) } : before))
    try expectOnAllRanks(try world.reduce(world.rank, .sum, on: 0) == (world.rank == 0 ? sumOfRanks : nil))
  }

  @Test func refusesLogicOnFloatingPoint() throws {
    let error = #expect(throws: MPIError.self) { try world.allReduce(1.0, .logicalAnd) }
    try expectOnAllRanks(error?.reason == .refused && error?.errorClassName == "MPI_ERR_OP")
    try expectOnAllRanks(error?.message == "there is no reduction logicalAnd of elements of type double")
    #expect(throws: MPIError.self) { try world.reduce(true, .sum, on: 0) }
  }

  @Test func gathersValues() throws {
    let all = try world.allGather(Float(world.rank) / 2)
    try expectOnAllRanks(all == (0..<world.size).map { Float($0) / 2 })
    let onLast = try world.gather(UInt8(world.rank), on: last)
    try expectOnAllRanks(onLast == (world.rank == last ? (0..<world.size).map { UInt8($0) } : nil))
  }

  @Test(arguments: [1, 4, 1000])
  func gathersAndScattersSpans(count: Int) throws {
    let own = (0..<count).map { 1000 * world.rank + $0 }
    let expected = (0..<world.size).flatMap { rank in (0..<count).map { 1000 * rank + $0 } }
    var all = [Int](repeating: -1, count: count * world.size)
    var memory = all.mutableSpan
    try world.allGather(own.span, into: &memory)
    try expectOnAllRanks(all == expected)

    var onLast = [Int](repeating: -1, count: world.rank == last ? count * world.size : 0)
    var lastMemory = onLast.mutableSpan
    try world.gather(own.span, into: &lastMemory, on: last)
    try expectOnAllRanks(onLast == (world.rank == last ? expected : []))

    var part = [Int](repeating: -1, count: count)
    var partMemory = part.mutableSpan
    try world.scatter(onLast.span, into: &partMemory, from: last)
    try expectOnAllRanks(part == own)
  }

  @Test(arguments: [0, 1, 3000])
  func gathersBytesOfDifferingLength(scale: Int) throws {
    func bytes(of rank: Int) -> [UInt8] { [UInt8](repeating: UInt8(rank + 1), count: scale * (rank % 3)) }
    let expected = (0..<world.size).map { bytes(of: $0) }
    try expectOnAllRanks(try world.allGather(bytes: bytes(of: world.rank)) == expected)
    let onLast = try world.gather(bytes: bytes(of: world.rank), on: last)
    try expectOnAllRanks(onLast == (world.rank == last ? expected : nil))
  }

  @Test func refusesMemoryOfAnotherSize() throws {
    var memory = [Int](repeating: 0, count: world.size + 1)
    let error = #expect(throws: MPIError.self) {
      var all = memory.mutableSpan
      try world.allGather([1].span, into: &all)
    }
    try expectOnAllRanks(
      error?.description.contains(
        "expected memory for \(world.size) elements (\(world.size) ranks) and found") == true)
  }

  @Test func refusesCountsOver2To31() throws {
    let error = #expect(throws: MPIError.self) {
      try unsafe world.broadcast(bytes: nil, byteCount: 1 << 31, from: 0)
    }
    try expectOnAllRanks(error?.reason == .refused)
    try expectOnAllRanks(error?.description.contains("2147483648 is more than the 2147483647") == true)
  }

  @Test(arguments: [-1, 1_000])
  func refusesRootsThatAreNoRanks(root: Int) throws {
    let error = #expect(throws: MPIError.self) { try world.broadcast(1, from: root) }
    try expectOnAllRanks(error?.peer == root && error?.errorClassName == "MPI_ERR_RANK")
  }

  @Test func barrierEndsAtItsTimeLimit() throws {
    guard world.size > 1 else { return }
    let other = try world.duplicate()
    other.timeLimit = .milliseconds(200)
    if world.rank == 0 {
      let error = #expect(throws: MPIError.self) { try other.barrier() }
      #expect(error?.reason == .timeLimit(.milliseconds(200)))
      #expect(
        error?.description == "MPI_Ibarrier on rank 0 of \(world.size): waited 0.2 s for the other ranks; "
          + "if that is too short, set HALO_TIMEOUT to more seconds (0: no limit)")
      let next = #expect(throws: MPIError.self) { try other.allReduce(1, .sum) }
      #expect(next?.message.contains("an earlier MPI_Ibarrier on this communicator was given up") == true)
    }
    try world.barrier()
  }
}
