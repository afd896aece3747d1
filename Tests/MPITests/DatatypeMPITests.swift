import MPI
import MPITesting
import Strided
import Testing

@Suite(.serialized, .mpi) struct DatatypeMPITests {
  let world = MPITesting.world
  var right: Int { (world.rank + 1) % world.size }
  var left: Int { (world.rank + world.size - 1) % world.size }

  /// Sends a box of a [3, 4, 5] array to the right, and receives it into another box of one.
  private func passesBox(order: Layout.Order) throws -> [Int32] {
    let own = (0..<60).map { Int32(1000 * world.rank + $0) }
    var received = [Int32](repeating: -1, count: 60)
    let from = try Datatype.subarray(
      of: [3, 4, 5], subshape: [2, 1, 3], start: [1, 3, 0], dtype: .int32, order: order)
    let into = try Datatype.subarray(
      of: [3, 4, 5], subshape: [2, 1, 3], start: [0, 0, 2], dtype: .int32, order: order)
    #expect(from.byteCount == 24 && from.extent == 240)
    var requests = RequestSet(capacity: 1, on: world)
    try unsafe own.withUnsafeBytes { memory in
      let start = try unsafe #require(memory.baseAddress)
      _ = try unsafe requests.addPersistentSend(start, as: from, to: right, tag: 0)
      try requests.startAll()
      try unsafe received.withUnsafeMutableBytes { memory in
        let start = try unsafe #require(memory.baseAddress)
        _ = try unsafe world.receive(start, as: into, from: left, tag: 0)
      }
      try requests.waitAll()
    }
    return received
  }

  @Test func passesBoxesInCOrder() throws {
    let received = try passesBox(order: .c)
    var expected = [Int32](repeating: -1, count: 60)
    for i in 0..<2 {
      for k in 0..<3 { expected[20 * i + k + 2] = Int32(1000 * left + 20 * (i + 1) + 15 + k) }
    }
    try expectOnAllRanks(received == expected)
  }

  @Test func passesBoxesInFortranOrder() throws {
    let received = try passesBox(order: .fortran)
    var expected = [Int32](repeating: -1, count: 60)
    for i in 0..<2 {
      for k in 0..<3 { expected[i + 12 * (k + 2)] = Int32(1000 * left + i + 1 + 9 + 12 * k) }
    }
    try expectOnAllRanks(received == expected)
  }

  @Test func refusesMessagesOfAnotherSize() throws {
    let request = try world.startSend([1.0, 2, 3].span, to: right, tag: 0)
    let two = try Datatype.contiguous(2, of: .float64)
    var received = [Double](repeating: -1, count: 3)
    let error = #expect(throws: MPIError.self) {
      try unsafe received.withUnsafeMutableBytes { memory in
        let start = try unsafe #require(memory.baseAddress)
        _ = try unsafe world.receive(start, as: two, from: left, tag: 0)
      }
    }
    try request.wait()
    try expectOnAllRanks(error?.reason == .messageSize(expected: 16, found: 24) && received == [-1, -1, -1])
  }

  /// Sizes around multiples of the chunk, with a chunk small enough to send them.
  @Test(arguments: [0, 1, 63, 64, 65, 127, 128, 1000])
  func describesBytesInChunks(byteCount: Int) throws {
    let type = try Datatype(byteCount: byteCount, chunk: 64)
    #expect(type.byteCount == byteCount && type.extent == byteCount)
    let own = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 + world.rank) }
    var received = [UInt8](repeating: 0, count: byteCount + 1)
    var requests = RequestSet(capacity: 1, on: world)
    try unsafe (own + [0]).withUnsafeBytes { memory in
      let start = try unsafe #require(memory.baseAddress)
      _ = try unsafe requests.addPersistentSend(start, as: type, to: right, tag: 0)
      try requests.startAll()
      try unsafe received.withUnsafeMutableBytes { memory in
        let start = try unsafe #require(memory.baseAddress)
        _ = try unsafe world.receive(start, as: type, from: left, tag: 0)
      }
      try requests.waitAll()
    }
    let expected = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 + left) } + [0]
    try expectOnAllRanks(received == expected)
  }

  @Test func describesMoreThan2To31Bytes() throws {
    let byteCount = 5 << 31 + 77
    let type = try Datatype(byteCount: byteCount)
    try expectOnAllRanks(type.byteCount == byteCount && type.extent == byteCount)
    let elements = try Datatype.contiguous(1 << 30, of: .float64)
    try expectOnAllRanks(elements.byteCount == 1 << 33)
  }

  @Test func refusesBoxesOutsideTheArray() throws {
    let error = #expect(throws: MPIError.self) {
      _ = try Datatype.subarray(of: [4, 4], subshape: [2, 3], start: [1, 2], dtype: .float64)
    }
    try expectOnAllRanks(error?.function == "MPI_Type_create_subarray" && error?.reason == .refused)
    #expect(throws: MPIError.self) {
      _ = try Datatype.subarray(of: [4, 4], subshape: [2], start: [1, 2], dtype: .float64)
    }
    #expect(throws: MPIError.self) {
      _ = try Datatype.subarray(of: [4], subshape: [2], start: [-1], dtype: .float64)
    }
  }

  @Test func describesEmptyAndSingleBoxes() throws {
    try expectOnAllRanks(
      try Datatype.subarray(of: [4, 0], subshape: [2, 0], start: [1, 0], dtype: .float64).byteCount == 0)
    try expectOnAllRanks(
      try Datatype.subarray(of: [], subshape: [], start: [], dtype: .float64).byteCount == 8)
  }
}
