import DeviceTesting
import Glibc
import Memory
import SeededRandom
import Staging
import Strided
import Testing
import Timing

/// Buffers, scopes and copies with arrays of devices.
@Suite(.serialized) struct DeviceBufferTests {
  private let cache = BufferCache()

  /// A kind of buffer that elements go through.
  enum Through: CaseIterable {
    case host, pinned, device

    func allocator(of device: Device) -> Allocator {
      switch self {
      case .host: .host
      case .pinned: .pinned(device)
      case .device: .device(device)
      }
    }
  }

  @Test(arguments: TestDevice.all, Through.allCases)
  func assigningMovesEveryElementToItsIndex(on which: TestDevice, through: Through) throws {
    let allocator = through.allocator(of: try which.device)
    for round in 0..<25 {
      var generator = SeededGenerator(stream: UInt64(100 + round))
      let box = RandomBox(itemSize: 8, rank: round % 5, using: &generator)
      let values = (0..<box.storageCount).map { 1000 + $0 }
      let source = try DeviceArray<Int>.over(values, box.layout, on: which)
      var buffer = try Buffer.popFromCache(
        allocator: allocator, shape: box.layout.shape, dtype: .int64, cache: cache)
      try buffer.assign(from: source)
      // To the device again, and to the process: in another order each.
      let (layout, count) = box.layout.elsewhere
      let target = try DeviceArray<Int>.over([Int](repeating: -7, count: count), layout, on: which)
      try buffer.assign(to: target)
      var onHost = [Int](repeating: -7, count: count)
      try onHost.withMutableView(layout) { try buffer.assign(to: &$0) }
      buffer.pushToCache()
      var expected = [Int](repeating: -7, count: count)
      for (from, to) in zip(box.layout.places, layout.places) { expected[to] = values[from] }
      let label = "seed \(SeededGenerator.seed), round \(round), \(through)"
      #expect(try target.allValues(count, filler: 0) == expected, "\(label)")
      #expect(onHost == expected, "\(label)")
    }
    #expect(cache.statistics.lentBuffers == 0)
  }

  @Test(arguments: TestDevice.all, Through.allCases)
  func partsOfABufferAreFilledAndReadAsOtherShapes(on which: TestDevice, through: Through) throws {
    let allocator = through.allocator(of: try which.device)
    var buffer = try Buffer.popFromCache(allocator: allocator, shape: [4, 6], dtype: .int64, cache: cache)
    let block = Layout(contiguous: [4, 6], itemSize: 8)
    let (left, right) = ((0..<12).map { $0 }, (0..<12).map { 100 + $0 })
    let half = Layout(contiguous: [4, 3], itemSize: 8)
    try buffer.assign(from: try DeviceArray<Int>.over(left, half, on: which), slice: .all, .first(3))
    try right.withView(half) { try buffer.assign(from: $0, slice: .all, .last(3)) }
    var whole = [Int](repeating: -7, count: 24)
    try whole.withMutableView(block) { try buffer.assign(to: &$0) }
    #expect(whole == (0..<24).map { ($0 % 6 < 3 ? 0 : 97) + 3 * ($0 / 6) + $0 % 6 })
    var columns = [Int](repeating: -7, count: 6)
    try columns.withMutableView(Layout(contiguous: [6], itemSize: 8)) {
      try buffer.assign(to: &$0, slice: .range(0..<4, by: 2), .last(3), reshape: [6])
    }
    #expect(columns == [100, 101, 102, 106, 107, 108])
    let target = try DeviceArray<Int>.over([0, 0, 0], Layout(contiguous: [3], itemSize: 8), on: which)
    try buffer.assign(to: target, slice: 3, .first(3))
    #expect(try target.allValues(3, filler: 0) == [9, 10, 11])
  }

  @Test(arguments: TestDevice.all) func arraysAreCopiedBetweenSpaces(on which: TestDevice) throws {
    for round in 0..<25 {
      var generator = SeededGenerator(stream: UInt64(500 + round))
      let box = RandomBox(itemSize: 4, rank: round % 4, using: &generator)
      let values = (0..<box.storageCount).map { Float($0) }
      let (layout, count) = box.layout.elsewhere
      var expected = [Float](repeating: -7, count: count)
      for (from, to) in zip(box.layout.places, layout.places) { expected[to] = values[from] }
      let poison = [Float](repeating: -7, count: count)
      let label = "seed \(SeededGenerator.seed), round \(round)"

      let target = try DeviceArray<Float>.over(poison, layout, on: which)
      try values.withView(box.layout) { try target.assign(from: $0, cache: cache) }
      #expect(try target.allValues(count, filler: 0) == expected, "\(label)")

      let source = try DeviceArray<Float>.over(values, box.layout, on: which)
      var onHost = poison
      try onHost.withMutableView(layout) { try source.assign(to: &$0, cache: cache) }
      #expect(onHost == expected, "\(label)")

      for other in TestDevice.all {
        let there = try DeviceArray<Float>.over(poison, layout, on: other)
        try there.assign(from: source, cache: cache)
        #expect(try there.allValues(count, filler: 0) == expected, "\(label), to \(other)")
      }
    }
  }

  @Test(arguments: TestDevice.all) func scopesStageThroughPinnedMemory(on which: TestDevice) throws {
    let device = try which.device
    let timer = Timer()
    let values = (0..<120).map(Double.init)
    let face = Layout(contiguous: [4, 5, 6], itemSize: 8)[.all, .all, .last(2)]
    let array = try DeviceArray<Double>.over(values, face, on: which)
    for _ in 0..<3 {
      let sent = try withSendBuffer(array, cache: cache, timer: timer) { elements(of: $0) }
      #expect(sent == face.places.map { values[$0] })
    }
    for round in 0..<3 {
      try withReceiveBuffer(array, cache: cache, timer: timer) { span in
        for index in span.indices { span[index] = Double(1000 * round + index) }
      }
    }
    var expected = values
    for (index, place) in face.places.enumerated() { expected[place] = Double(2000 + index) }
    #expect(try array.allValues(120, filler: 0) == expected)
    #expect(timer.hits == ["pack": 3, "unpack": 3])
    let key = BufferKey(allocator: .pinned(device), shape: face.shape, dtype: .float64)
    #expect(cache.heldBufferCount(for: key) == 1)
  }

  @Test(arguments: TestDevice.all) func aThrownErrorLeavesTheArrayAsItWas(on which: TestDevice) throws {
    let values = (0..<24).map(Double.init)
    let array = try DeviceArray<Double>.over(
      values, Layout(contiguous: [4, 6], itemSize: 8)[.all, 1..<3], on: which)
    #expect(throws: BodyFailed.self) {
      try withReceiveBuffer(array, cache: cache) { span in
        for index in span.indices { span[index] = -1 }
        throw BodyFailed()
      }
    }
    #expect(try array.allValues(24, filler: 0) == values)
    #expect(cache.statistics.lentBuffers == 0)
  }

  @Test(arguments: TestDevice.all) func shapesAndTypesMustFit(on which: TestDevice) throws {
    let array = try DeviceArray<Double>.over([1, 2, 3, 4], Layout(contiguous: [4], itemSize: 8), on: which)
    var buffer = try Buffer.popFromCache(shape: [4], dtype: .int64, cache: cache)
    #expect(throws: StagingError.dtype(expected: .int64, found: .float64)) { try buffer.assign(from: array) }
    #expect(throws: StagingError.dtype(expected: .int64, found: .float64)) { try buffer.assign(to: array) }
    var other = try Buffer.popFromCache(shape: [2, 2], dtype: .float64, cache: cache)
    #expect(throws: StagingError.shape(expected: [2, 2], found: [4])) { try other.assign(from: array) }
    let short: [Double] = [1, 2]
    #expect(throws: StagingError.shape(expected: [4], found: [2])) {
      try array.assign(from: StridedView(short.span, shape: [2]))
    }
  }

  @Test(arguments: TestDevice.all) func aSpanOfADevicesOwnMemoryIsRefused(on which: TestDevice) throws {
    let device = try which.device
    let allocator = Allocator.device(device)
    let values = (0..<12).map(Double.init)
    let columns = Layout(contiguous: [3, 4], itemSize: 8)[.all, 1..<3]
    let error = StagingError.unreachable(.device(device))
    #expect(throws: error) {
      try values.withView(columns) { try withSendBuffer($0, allocator: allocator, cache: cache) { _ in } }
    }
    var target = values
    #expect(throws: error) {
      try target.withMutableView(columns) {
        _ = try withReceiveBuffer(&$0, allocator: allocator, cache: cache) { _ in }
      }
    }
    let array = try DeviceArray<Double>.over(values, columns, on: which)
    #expect(throws: error) { try withSendBuffer(array, allocator: allocator, cache: cache) { _ in } }
    #expect(throws: error) { try withReceiveBuffer(array, allocator: allocator, cache: cache) { _ in } }
    #expect(target == values && cache.statistics.lentBuffers == 0)
  }
}
