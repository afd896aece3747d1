import DeviceTesting
import Memory
import Strided
import Testing

/// The spaces of memory that there are here: what is tested once for each.
enum TestSpace: CustomStringConvertible, CaseIterable {
  case host
  case hugePages
  case device(TestDevice)
  case pinned(TestDevice)

  static var allCases: [TestSpace] {
    [.host, .hugePages] + TestDevice.all.map(TestSpace.device) + TestDevice.all.map(TestSpace.pinned)
  }

  var allocator: Allocator {
    get throws {
      switch self {
      case .host: .host
      case .hugePages: .hugePages(above: 16)
      case .device(let which): .device(try which.device)
      case .pinned(let which): .pinned(try which.device)
      }
    }
  }

  var description: String {
    switch self {
    case .host: "host"
    case .hugePages: "huge pages"
    case .device(let which): "\(which)"
    case .pinned(let which): "pinned for \(which)"
    }
  }
}

@Suite(.serialized) struct FlatBufferTests {
  private let pattern: [UInt8] = (0..<100).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) }

  @Test(arguments: TestSpace.allCases) func keepsBytes(in space: TestSpace) throws {
    let allocator = try space.allocator
    let buffer = try FlatBuffer(bytes: pattern, allocator: allocator)
    #expect(buffer.byteCount == 100 && buffer.space == allocator.space && !buffer.isEmpty)
    #expect(try buffer.bytes() == pattern)
    #expect(try FlatBuffer(byteCount: 9, allocator: allocator).bytes() == [UInt8](repeating: 0, count: 9))
    #expect(try FlatBuffer(bytes: [], allocator: allocator).bytes() == [])
    #expect(try FlatBuffer(bytes: [], allocator: allocator).hasSameBytes(as: .zeroLength))
    #expect(FlatBuffer.zeroLength.byteCount == 0 && FlatBuffer.zeroLength.isEmpty)
  }

  @Test(arguments: TestSpace.allCases) func slicesAreTheSameMemory(in space: TestSpace) throws {
    let buffer = try FlatBuffer(bytes: pattern, allocator: space.allocator)
    let part = buffer[10..<40], inner = part[5..<8]
    #expect(try part.bytes() == Array(pattern[10..<40]))
    #expect(try inner.bytes() == Array(pattern[15..<18]))
    try part.replace(4..<7, with: FlatBuffer(bytes: [1, 2, 3]))
    #expect(try inner.bytes() == [2, 3, pattern[17]])
    #expect(try buffer[14..<17].bytes() == [1, 2, 3])
    // Within one memory, forwards and backwards.
    try buffer.replace(1..<100, with: buffer[0..<99])
    #expect(try buffer.bytes() == [pattern[0]] + pattern[0..<14] + [1, 2, 3] + pattern[17..<99])
    #expect(throws: ArrayBufferError.length(expected: 3, found: 2)) {
      try buffer.replace(0..<3, with: buffer[0..<2])
    }
  }

  @Test(arguments: TestSpace.allCases, TestSpace.allCases)
  func copiesOnlyIfTheSpaceDiffers(from one: TestSpace, to other: TestSpace) throws {
    let buffer = try FlatBuffer(bytes: pattern, allocator: one.allocator)
    let moved = try buffer.moved(to: other.allocator)
    #expect(moved.space == (try other.allocator.space))
    #expect(try moved.bytes() == pattern)
    try buffer.replace(0..<1, with: FlatBuffer(bytes: [77]))
    let isShared = try one.allocator.space == other.allocator.space
    #expect(try moved.bytes()[0] == (isShared ? 77 : pattern[0]))
    let copy = try moved.copied(to: one.allocator)
    try copy.replace(1..<2, with: FlatBuffer(bytes: [88]))
    #expect(try moved.bytes()[1] == pattern[1])
    let host = try buffer.onHost()
    #expect(host.space.isReachableByProcessor)
    #expect(
      try buffer.joined(with: [moved, .zeroLength, copy[2..<5]]).bytes()
        == [77] + pattern[1...] + moved.bytes() + pattern[2..<5])
    #expect(try buffer.joined(with: [moved]).space == buffer.space)
    #expect(try copy[2..<100].hasSameBytes(as: buffer[2..<100]))
    #expect(try !copy[1..<100].hasSameBytes(as: buffer[1..<100]))
    #expect(try !copy[1..<99].hasSameBytes(as: buffer[1..<100]))
  }

  @Test(arguments: TestSpace.allCases) func runsFunctionsOfTheHost(in space: TestSpace) throws {
    let buffer = try FlatBuffer(bytes: pattern, allocator: space.allocator)
    let result = try buffer[1..<4].mapOnHost { bytes in
      #expect(bytes.count == 3)
      return bytes.indices.flatMap { [bytes[$0], 0] }
    }
    #expect(result.space == buffer.space)
    #expect(try result.bytes() == [pattern[1], 0, pattern[2], 0, pattern[3], 0])
    struct Refusal: Error {}
    #expect(throws: Refusal.self) { try buffer.mapOnHost { _ in throw Refusal() } }
  }

  @Test func lendsAndBorrows() throws {
    let array = try ExportableArray(shape: [3, 2], repeating: UInt16(0x0102))
    do {
      let buffer = try FlatBuffer(borrowing: array.export())
      #expect(try buffer.bytes() == [UInt8](repeating: 0, count: 6).flatMap { _ in [2, 1] })
      array.withMutableView { $0[0, 1] = 0x0a0b }
      #expect(try buffer[2..<4].bytes() == [0x0b, 0x0a])
      #expect(array.exports.count == 1)
      try buffer.replace(0..<1, with: FlatBuffer(bytes: [9]))
      #expect(array.withView { $0[0, 0] } == 0x0109)
      #expect(throws: BufferError.exported(count: 1, action: "resize")) { try array.resize(to: [9, 9]) }
    }
    #expect(array.exports.count == 0)
    #expect(throws: ArrayBufferError.buffer(.notContiguous(.c))) {
      _ = try FlatBuffer(borrowing: array.export().sliced(by: [.all, .index(0)]))
    }
    #expect(array.exports.count == 0)
    let readOnly = try unsafe BufferExport(
      unsafeStart: array.bufferStart, BufferStructure(byteCount: 4, readonly: true)
    ) {}
    let buffer = try FlatBuffer(borrowing: readOnly)
    #expect(throws: ArrayBufferError.buffer(.notWritable)) {
      try buffer.replace(0..<1, with: FlatBuffer(bytes: [9]))
    }
  }

  @Test(arguments: TestDevice.all) func takesMemoryOfADevice(which: TestDevice) throws {
    let device = try which.device
    let memory = try DeviceMemory.holding(pattern, on: device)
    let buffer = FlatBuffer(adopting: memory)
    #expect(try buffer[0..<100].bytes() == pattern && buffer.space == .device(device))
    #expect(try buffer[0..<100].copied().space == .device(device))
    #expect(try buffer[0..<100].mapOnHost { [$0[0]] }.space == .device(device))
  }

  @Test func refusesWhatNoMemoryHas() {
    #expect(throws: ArrayBufferError.self) { try FlatBuffer(byteCount: -1) }
    #expect(throws: ArrayBufferError.self) { try FlatBuffer(byteCount: .max) }
    #expect(throws: ArrayBufferError.length(expected: 16, found: 15)) {
      try FlatBuffer(byteCount: 15).array(of: .float64, shape: [2])
    }
    #expect(throws: ArrayBufferError.self) {
      try FlatBuffer(byteCount: 16).array(of: .float64, shape: [.max, 4])
    }
  }
}
