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

  // MARK: - Layouts and packing

  static let array = Layout(contiguous: [4, 5, 6], itemSize: 4)

  /// Layouts of parts of 120 elements of 4 bytes.
  static let layouts = [
    array,
    array[.all, .all, .last(2)],
    array[1..<3, .all(by: -2), 2],
    array.transposed(),
    array.reversed(axis: 2)[.all, 1..<4],
    array[3, 4, 5],
    array[.all, 0..<0],
    Layout(contiguous: [5, 4, 6], itemSize: 4, order: .fortran)[.range(1..<5, by: 3), .all, 0..<1],
    Layout(contiguous: [4, 10], itemSize: 12)[1..<4, .all(by: 3)],
    Layout(shape: [3, 4], strides: [0, 4], itemSize: 4, offset: 16),
  ]

  /// The elements of a layout in its logical order, picked one by one.
  private func elements(of layout: Layout, in bytes: [UInt8]) -> [UInt8] {
    var index = PerAxis(repeating: 0, count: layout.rank)
    var elements: [UInt8] = []
    for _ in 0..<layout.count {
      let offset = layout.byteOffset(of: index)
      elements += bytes[offset..<offset + layout.itemSize]
      for axis in layout.shape.indices.reversed() {
        index[axis] += 1
        if index[axis] < layout.shape[axis] { break }
        index[axis] = 0
      }
    }
    return elements
  }

  @Test(arguments: layouts) func packsTheElementsOfALayout(layout: Layout) throws {
    let bytes = (0..<480).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 256) }
    let type = try Datatype(layout)
    let expected = elements(of: layout, in: bytes) + [0xEE]
    var packed = [UInt8](repeating: 0xEE, count: expected.count)
    let count = try pack(type, bytes, into: &packed, room: layout.byteCount)
    try expectOnAllRanks(
      type.byteCount == layout.byteCount && count == layout.byteCount && packed == expected)
  }

  @Test(arguments: layouts.dropLast()) func unpacksTheElementsOfALayout(layout: Layout) throws {
    let packed = (0..<layout.byteCount).map { UInt8(truncatingIfNeeded: $0 &* 53 &+ 1) }
    var bytes = [UInt8](repeating: 0, count: 480)
    let count = try unpack(Datatype(layout), packed, into: &bytes)
    try expectOnAllRanks(count == layout.byteCount && elements(of: layout, in: bytes) == packed)
    // What lies between is left alone.
    let written = (0..<480).filter { bytes[$0] != 0 }.count
    try expectOnAllRanks(written == packed.filter { $0 != 0 }.count)
  }

  @Test func packsSeveralLayoutsOneAfterTheOther() throws {
    let bytes = (0..<480).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 256) }
    let layouts = [Self.layouts[4], Self.layouts[6], Self.layouts[1], Self.layouts[5]]
    let type = try Datatype(layouts)
    let expected = layouts.flatMap { elements(of: $0, in: bytes) }
    var packed = [UInt8](repeating: 0, count: expected.count)
    _ = try pack(type, bytes, into: &packed, room: packed.count)
    try expectOnAllRanks(type.byteCount == expected.count && packed == expected)
    try expectOnAllRanks(try Datatype([Layout]()).byteCount == 0)
  }

  @Test func sendsALayoutAsItsBytes() throws {
    let own = (0..<480).map { UInt8(truncatingIfNeeded: $0 + world.rank) }
    let layout = Self.array[.all, .all, .last(2)]
    let type = try Datatype(layout)
    var requests = RequestSet(capacity: 1, on: world)
    var received = [UInt8](repeating: 0, count: layout.byteCount)
    try unsafe own.withUnsafeBytes { memory in
      let start = try unsafe #require(memory.baseAddress)
      _ = try unsafe requests.addPersistentSend(start, as: type, to: right, tag: 0)
      try requests.startAll()
      var span = received.mutableSpan
      _ = try world.receive(into: &span, from: left, tag: 0)
      try requests.waitAll()
    }
    let theirs = (0..<480).map { UInt8(truncatingIfNeeded: $0 + left) }
    try expectOnAllRanks(received == elements(of: layout, in: theirs))
  }

  @Test func refusesMemoryThatIsTooSmall() throws {
    let type = try Datatype(Self.array[0])
    let bytes = [UInt8](repeating: 1, count: 480)
    var packed = [UInt8](repeating: 2, count: 120)
    let error = #expect(throws: MPIError.self) { try pack(type, bytes, into: &packed, room: 119) }
    try expectOnAllRanks(error?.function == "MPI_Pack" && packed.allSatisfy { $0 == 2 })
    try expectOnAllRanks(error?.reason == .messageSize(expected: 120, found: 119))
    var target = bytes
    let other = #expect(throws: MPIError.self) {
      try unpack(type, [UInt8](repeating: 3, count: 119), into: &target)
    }
    try expectOnAllRanks(other?.function == "MPI_Unpack" && target == bytes)
  }

  @Test func refusesWhatMPICannotCount() throws {
    let error = #expect(throws: MPIError.self) {
      _ = try Datatype(Layout(shape: [1 << 31], strides: [8], itemSize: 4))
    }
    try expectOnAllRanks(error?.function == "MPI_Type_create_hvector" && error?.reason == .refused)
    let large = try Datatype(Layout(contiguous: [2, 1 << 30], itemSize: 1))
    var byte: [UInt8] = [0]
    let other = #expect(throws: MPIError.self) { try pack(large, byte, into: &byte, room: 1) }
    try expectOnAllRanks(large.byteCount == 1 << 31 && other?.reason == .refused)
  }

  @discardableResult
  private func pack(
    _ type: borrowing Datatype, _ bytes: [UInt8], into packed: inout [UInt8], room: Int
  ) throws -> Int {
    try unsafe bytes.withUnsafeBytes { memory in
      let base = try unsafe #require(memory.baseAddress)
      return try unsafe packed.withUnsafeMutableBytes {
        try unsafe type.pack(
          from: base, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<room]), over: world)
      }
    }
  }

  @discardableResult
  private func unpack(
    _ type: borrowing Datatype, _ packed: [UInt8], into bytes: inout [UInt8]
  ) throws -> Int {
    try unsafe bytes.withUnsafeMutableBytes { memory in
      let base = try unsafe #require(memory.baseAddress)
      return try unsafe packed.withUnsafeBytes { try unsafe type.unpack(from: $0, into: base, over: world) }
    }
  }
}
