import DeviceTesting
import SeededRandom
import Strided
import Testing

@testable import Memory

/// Lists of strided copies on a device against element loops: every byte of every memory.
@Suite(.serialized) struct DeviceCopyListTests {
  /// Random copies between a number of memories, none of which writes what another touches.
  private struct Copies {
    static let memoryBytes = 6000
    private(set) var before: [[UInt8]]
    private(set) var after: [[UInt8]]
    private(set) var parts: [DeviceCopyList.Part] = []

    init(memories: Int, _ chance: inout Chance) {
      before = (0..<memories).map { _ in chance.bytes(Self.memoryBytes) }
      after = before
      var next = [Int](repeating: 0, count: memories)
      for _ in 0..<(2 * memories) { add(&next, &chance) }
    }

    private mutating func add(_ next: inout [Int], _ chance: inout Chance) {
      let itemSize = chance.one(of: [1, 2, 4, 8, 16, 24])
      let shape = PerAxis((0..<chance.number(in: 1...4)).map { _ in chance.number(in: 1...4) })
      let source = RandomBox(itemSize, shape, within: Self.memoryBytes, &next, &chance)
      let target = RandomBox(itemSize, shape, within: Self.memoryBytes, &next, &chance)
      guard let source, let target else { return }
      let negated =
        chance.happens(oneIn: 2)
        ? Self.signed.filter { $0.size == itemSize }.randomElement(using: &chance) : nil
      parts.append(
        DeviceCopyList.Part(
          StridedCopy(from: source.layout, to: target.layout), source: source.memory, at: source.offset,
          target: target.memory, at: target.offset, negation: negated.flatMap(DeviceNegation.init(of:))))
      for (from, to) in zip(source.layout.offsets, target.layout.offsets) {
        let (from, to) = (source.offset + from, target.offset + to)
        let element = before[source.memory][from..<from + itemSize]
        after[target.memory].replaceSubrange(
          to..<to + itemSize, with: negated.map { Self.negative(of: element, $0) } ?? Array(element))
      }
    }

    private static let signed: [DType] = [
      .int8, .int16, .int32, .int64, .int128, .float16, .float32, .float64, .complex32, .complex64,
      .complex128,
    ]

    private static func negative(of element: ArraySlice<UInt8>, _ dtype: DType) -> [UInt8] {
      func changed<Number: BitwiseCopyable>(_: Number.Type, _ change: (Number) -> Number) -> [UInt8] {
        unsafe element.withUnsafeBytes { bytes in
          let numbers = stride(from: 0, to: bytes.count, by: MemoryLayout<Number>.size).map {
            change(unsafe bytes.loadUnaligned(fromByteOffset: $0, as: Number.self))
          }
          return unsafe numbers.withUnsafeBytes { unsafe Array($0) }
        }
      }
      return switch dtype {
      case .int8: changed(Int8.self) { 0 &- $0 }
      case .int16: changed(Int16.self) { 0 &- $0 }
      case .int32: changed(Int32.self) { 0 &- $0 }
      case .int64: changed(Int64.self) { 0 &- $0 }
      case .int128: changed(Int128.self) { 0 &- $0 }
      case .float16, .complex32: changed(UInt16.self) { $0 ^ 0x8000 }
      case .float32, .complex64: changed(UInt32.self) { $0 ^ 0x8000_0000 }
      default: changed(UInt64.self) { $0 ^ 0x8000_0000_0000_0000 }
      }
    }
  }

  @Test(arguments: TestDevice.all, [2, 8, 11, 70]) func listsCopyLikeElementLoops(
    on which: TestDevice, memories count: Int
  ) throws {
    let device = try which.device
    for number in 0..<8 {
      var chance = Chance(case: number)
      let copies = Copies(memories: count, &chance)
      let list = try DeviceCopyList(copies.parts, on: device)
      #expect(list.byteCount == copies.parts.reduce(0) { $0 + $1.copy.byteCount })
      // Once more on other memories, as a simulation that swaps its fields does.
      for _ in 0..<2 {
        let memories = try copies.before.map { try DeviceMemory.holding($0, on: device) }
        let launches = try list.launches(on: memories)
        #expect(launches.count <= (count > 64 && which == .opencl ? 2 : 1))
        try device.queue.run(list, on: memories)
        for (place, memory) in memories.enumerated() {
          let found = try memory.bytes(Copies.memoryBytes)
          let first = found.indices.first { found[$0] != copies.after[place][$0] }
          if let first {
            Issue.record(
              "seed \(Chance.seed), case \(number): memory \(place) differs first at byte \(first)")
          }
        }
      }
    }
  }

  /// Sets of more fields than a launch takes numbers, which take turns: their tables are made once.
  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device")) func setsThatTakeTurns() async {
    // In a process of its own: what is allocated is counted.
    await #expect(processExitsWith: .success) {
      let device = try TestDevice.cuda.device
      let column = Layout(contiguous: [8, 2], itemSize: 4)[.all, 1]
      let parts = (0..<9).map { DeviceCopyList.Part(.pack(column), source: $0, target: $0 + 9) }
      let list = try DeviceCopyList(parts, on: device)
      let sets = try (0..<20).map { set in
        try (0..<18).map {
          try DeviceMemory.holding([UInt8](repeating: UInt8(set + $0), count: 64), on: device)
        }
      }
      for memories in sets { try device.queue.run(list, on: memories) }
      try device.queue.wait()
      let before = CUDAStandIn.calls(of: "cuMemAlloc_v2")
      for _ in 0..<2 {
        for memories in sets { try device.queue.run(list, on: memories) }
      }
      #expect(CUDAStandIn.calls(of: "cuMemAlloc_v2") == before)
      #expect(try sets[19][17].bytes(33) == [UInt8](repeating: 27, count: 32) + [36])
    }
  }

  /// More sets than are remembered, while nothing has run yet: no table is freed that is still to be read.
  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device")) func setsThatAreForgotten() throws {
    let device = try TestDevice.cuda.device
    let parts = (0..<9).map {
      DeviceCopyList.Part(.pack(Layout(contiguous: [4], itemSize: 8)), source: $0, target: $0 + 9)
    }
    let list = try DeviceCopyList(parts, on: device)
    let queue = try DeviceQueue(on: device)
    let sets = try (0..<70).map { set in
      try (0..<18).map {
        try DeviceMemory.holding([UInt8](repeating: UInt8($0 < 9 ? set : 255), count: 32), on: device)
      }
    }
    for memories in sets { try queue.runUntracked(list, on: memories) }
    try queue.wait()
    for (set, memories) in sets.enumerated() {
      for copy in memories[9...] { #expect(try copy.bytes(32) == [UInt8](repeating: UInt8(set), count: 32)) }
    }
  }

  @Test(arguments: TestDevice.all) func launchesThatTheCallerWaitsForCopyTheSame(on which: TestDevice) throws
  {
    let device = try which.device
    var chance = Chance(case: 0)
    let copies = Copies(memories: 3, &chance)
    let list = try DeviceCopyList(copies.parts, on: device)
    let memories = try copies.before.map { try DeviceMemory.holding($0, on: device) }
    let (queue, event) = (try DeviceQueue(on: device), try DeviceEvent(on: device))
    try queue.runUntracked(list, on: memories)
    try event.record(on: queue)
    try event.wait()
    for (place, memory) in memories.enumerated() {
      #expect(try memory.bytes(Copies.memoryBytes) == copies.after[place])
    }
  }

  @Test(arguments: TestDevice.all) func pinnedMemoryIsWrittenByKernelsOrRefused(of which: TestDevice) throws {
    let device = try which.device
    let bytes: [UInt8] = (0..<800).map { UInt8(truncatingIfNeeded: $0) }
    let source = try DeviceMemory.holding(bytes, on: device)
    let pinned = try Allocation(byteCount: 400, allocator: .pinned(device))
    let column = Layout(contiguous: [100, 2], itemSize: 4)[.all, 1]
    let list = try DeviceCopyList([.init(.pack(column), source: 0, target: 1)], on: device)
    guard device.kernelsReachPinnedMemory else {
      let error = #expect(throws: DeviceError.self) {
        try device.queue.run(list, on: [source, try pinned.memoryOnDevice])
      }
      #expect(error?.description.contains("pinned for \(device)") == true)
      return
    }
    try device.queue.run(list, on: [source, try pinned.memoryOnDevice])
    try pinned.memoryOnDevice.finalize()
    let found = pinned.span(as: UInt8.self)
    for index in found.indices { #expect(found[index] == bytes[8 * (index / 4) + 4 + index % 4]) }
  }
}
