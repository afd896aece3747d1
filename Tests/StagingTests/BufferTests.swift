import Memory
import SeededRandom
import Staging
import Strided
import Testing

@Suite("Buffer")
struct BufferTests {
  private let cache = BufferCache()

  private func make(_ shape: PerAxis, _ dtype: DType = .int64, filledFrom start: Int? = nil) throws -> Buffer
  {
    var buffer = try Buffer.popFromCache(shape: shape, dtype: dtype, cache: cache)
    if let start {
      var span = buffer.mutableSpan(as: Int.self)
      for index in span.indices { span[index] = start + index }
    }
    return buffer
  }

  private func contents(_ buffer: borrowing Buffer) -> [Int] {
    elements(of: buffer.span(as: Int.self))
  }

  @Test("A buffer knows what it is; new memory is zero and aligned")
  func description() throws {
    let buffer = try make([2, 3, 4], .float32)
    let (shape, dtype, allocator) = (buffer.shape, buffer.dtype, buffer.allocator)
    #expect(shape == [2, 3, 4] && dtype == .float32 && allocator == .host)
    let (count, byteCount, key) = (buffer.count, buffer.byteCount, buffer.key)
    #expect(count == 24 && byteCount == 96)
    #expect(key == BufferKey(allocator: .host, shape: [2, 3, 4], dtype: .float32))
    let span = buffer.span(as: Float.self)
    let values = elements(of: span)
    let place = address(of: span)
    #expect(values == [Float](repeating: 0, count: 24))
    #expect(place % 64 == 0)
  }

  @Test("Views and spans are the same elements")
  func views() throws {
    var buffer = try make([2, 3])
    var view = buffer.mutableView(as: Int.self)
    view[1, 2] = 42
    let last = buffer.span(as: Int.self)[5]
    let seen = buffer.view(as: Int.self)[1, 2]
    #expect(last == 42 && seen == 42)
    let empty = try make([2, 0])
    let emptyCount = empty.view(as: Int.self).count
    #expect(emptyCount == 0)
    let scalar = try make([])
    let scalarCount = scalar.span(as: Int.self).count
    #expect(scalarCount == 1)
  }

  @Test("Assigning to and from an array of any strides moves every element to its index")
  func assignment() throws {
    var generator = SeededGenerator(stream: 1)
    for round in 0..<300 {
      let box = RandomBox(itemSize: 8, rank: round % 5, using: &generator)
      let values = (0..<box.storageCount).map { 1000 + $0 }
      var buffer = try make(box.layout.shape)
      try values.withView(box.layout) { try buffer.assign(from: $0) }
      let packed = contents(buffer)
      #expect(packed == box.layout.places.map { values[$0] }, "seed \(SeededGenerator.seed), round \(round)")

      var target = [Int](repeating: -7, count: box.storageCount)
      try target.withMutableView(box.layout) { try buffer.assign(to: &$0) }
      var expected = [Int](repeating: -7, count: box.storageCount)
      for place in box.layout.places { expected[place] = values[place] }
      #expect(target == expected, "seed \(SeededGenerator.seed), round \(round)")
    }
  }

  @Test("Several arrays share the parts of a flat buffer")
  func sharedFlatBuffer() throws {
    let (first, second) = (Array(0..<6), Array(100..<104))
    var buffer = try make([10])
    try first.withView(Layout(contiguous: [6], itemSize: 8)) { try buffer.assign(from: $0, slice: 0..<6) }
    try second.withView(Layout(contiguous: [4], itemSize: 8).reversed(axis: 0)) {
      try buffer.assign(from: $0, slice: 6..<10)
    }
    let all = contents(buffer)
    #expect(all == [0, 1, 2, 3, 4, 5, 103, 102, 101, 100])

    var target = [Int](repeating: -7, count: 12)
    let columns = Layout(contiguous: [3, 4], itemSize: 8)[.all, 1..<3]
    try target.withMutableView(columns) { try buffer.assign(to: &$0, slice: 0..<6, reshape: [3, 2]) }
    #expect(target == [-7, 0, 1, -7, -7, 2, 3, -7, -7, 4, 5, -7])
  }

  @Test("Slices select as on a layout: indices drop their axis, steps of either sign")
  func slices() throws {
    var buffer = try make([3, 4, 5], filledFrom: 0)
    let whole = Layout(contiguous: [3, 4, 5], itemSize: 8)
    var row = [Int](repeating: 0, count: 5)
    try row.withMutableView(Layout(contiguous: [5], itemSize: 8)) {
      try buffer.assign(to: &$0, slice: 2, 1)
    }
    #expect(row == [45, 46, 47, 48, 49])
    var plane = [Int](repeating: 0, count: 8)
    try plane.withMutableView(Layout(contiguous: [4, 2], itemSize: 8)) {
      try buffer.assign(to: &$0, slice: 1, .all(by: -1), .range(1..<5, by: 3))
    }
    #expect(plane == whole[1, .all(by: -1), .range(1..<5, by: 3)].places)
    let sevens = [Int](repeating: 7, count: 3)
    try sevens.withView(Layout(contiguous: [3], itemSize: 8)) {
      try buffer.assign(from: $0, slice: .all, 3, 4)
    }
    var expected = Array(0..<60)
    for place in whole[.all, 3, 4].places { expected[place] = 7 }
    let all = contents(buffer)
    #expect(all == expected)
  }

  @Test("A part is read as another shape in C order, whichever side is contiguous")
  func reshape() throws {
    let buffer = try make([4, 6], filledFrom: 0)
    let part = Layout(contiguous: [4, 6], itemSize: 8)[.range(0..<4, by: 2), 1..<4]
    let values = part.places
    #expect(values == [1, 2, 3, 13, 14, 15])

    var contiguous = [Int](repeating: -7, count: 6)
    try contiguous.withMutableView(Layout(contiguous: [3, 2], itemSize: 8)) {
      try buffer.assign(to: &$0, slice: .range(0..<4, by: 2), 1..<4, reshape: [3, 2])
    }
    #expect(contiguous == values)

    let transposed = Layout(contiguous: [2, 3], itemSize: 8).transposed()
    var strided = [Int](repeating: -7, count: 6)
    let before = cache.statistics
    try strided.withMutableView(transposed) {
      try buffer.assign(to: &$0, slice: .range(0..<4, by: 2), 1..<4, reshape: [3, 2])
    }
    #expect(strided == [1, 3, 14, 2, 13, 15])
    #expect(
      cache.statistics.misses == before.misses + 1 && cache.statistics.heldBuffers == before.heldBuffers + 1)

    var whole = [Int](repeating: -7, count: 24)
    try whole.withMutableView(Layout(contiguous: [24], itemSize: 8).reversed(axis: 0)) {
      try buffer.assign(to: &$0, reshape: [24])
    }
    #expect(whole == (0..<24).reversed())
    var single = [-7]
    let one = try make([1, 1], filledFrom: 5)
    try single.withMutableView(Layout(contiguous: [], itemSize: 8)) { try one.assign(to: &$0, reshape: []) }
    #expect(single == [5])
  }

  @Test("A different shape is an error on either way, never a broadcast, and nothing is copied")
  func shapeMismatch() throws {
    var buffer = try make([2, 3], filledFrom: 0)
    for shape in [[3], [1, 3], [2, 1], [3, 2], [2, 3, 1], [6], []] as [PerAxis] {
      let layout = Layout(contiguous: shape, itemSize: 8)
      var array = [Int](repeating: -7, count: layout.count)
      #expect(throws: StagingError.shape(expected: [2, 3], found: shape)) {
        try array.withView(layout) { try buffer.assign(from: $0) }
      }
      #expect(throws: StagingError.shape(expected: [2, 3], found: shape)) {
        try array.withMutableView(layout) { try buffer.assign(to: &$0) }
      }
      #expect(array == [Int](repeating: -7, count: layout.count))
    }
    var array = [Int](repeating: -7, count: 6)
    let layout = Layout(contiguous: [2, 3], itemSize: 8)
    #expect(throws: StagingError.shape(expected: [2, 2], found: [2, 3])) {
      try array.withView(layout) { try buffer.assign(from: $0, slice: .all, 0..<2) }
    }
    #expect(throws: StagingError.shape(expected: [3, 2], found: [2, 3])) {
      try array.withMutableView(layout) { try buffer.assign(to: &$0, reshape: [3, 2]) }
    }
    for reshape in [[4], [7, 1], [-2, -3], [2, 3, 0], [1 << 62, 1 << 62]] as [PerAxis] {
      #expect(throws: StagingError.reshape(from: [2, 3], to: reshape)) {
        try array.withMutableView(layout) { try buffer.assign(to: &$0, reshape: reshape) }
      }
    }
    #expect(array == [Int](repeating: -7, count: 6))
    let untouched = contents(buffer)
    #expect(untouched == Array(0..<6))
  }

  @Test("A different element type is an error on either way, never a cast, also at the same size")
  func dtypeMismatch() throws {
    var buffer = try make([2], filledFrom: 3)
    var doubles = [1.5, 2.5]
    let layout = Layout(contiguous: [2], itemSize: 8)
    #expect(throws: StagingError.dtype(expected: .int64, found: .float64)) {
      try doubles.withView(layout) { try buffer.assign(from: $0) }
    }
    #expect(throws: StagingError.dtype(expected: .int64, found: .float64)) {
      try doubles.withMutableView(layout) { try buffer.assign(to: &$0) }
    }
    #expect(doubles == [1.5, 2.5])
    let untouched = contents(buffer)
    #expect(untouched == [3, 4])
  }

  @Test("No memory for the reshaped part is an error, and nothing is copied")
  func reshapeWithoutMemory() throws {
    let allocator = TestAllocator()
    let buffer = try Buffer.popFromCache(
      allocator: Allocator(allocator), shape: [4, 6], dtype: .int64, cache: cache)
    allocator.refuse()
    var array = [Int](repeating: -7, count: 6)
    let error = #expect(throws: StagingError.self) {
      try array.withMutableView(Layout(contiguous: [2, 3], itemSize: 8).transposed()) {
        try buffer.assign(to: &$0, slice: .range(0..<4, by: 2), 1..<4, reshape: [3, 2])
      }
    }
    guard case .allocation = error else {
      Issue.record("expected an allocation error")
      return
    }
    #expect(array == [Int](repeating: -7, count: 6))
  }

  @Test("A thrown error gives the buffer back")
  func thrownError() throws {
    func use() throws {
      let buffer = try make([10])
      if buffer.count == 10 { throw BodyFailed() }
      buffer.pushToCache()
    }
    #expect(throws: BodyFailed.self) { try use() }
    #expect(throws: BodyFailed.self) {
      try withArrayBuffer(shape: [10], dtype: .int64, cache: cache) { _ in throw BodyFailed() }
    }
    #expect(
      cache.statistics.hits == 1 && cache.statistics.lentBuffers == 0 && cache.statistics.heldBuffers == 1)
    let sum = try withArrayBuffer(shape: [10], dtype: .int64, cache: cache) { buffer in
      var span = buffer.mutableSpan(as: Int.self)
      span[0] = 5
      return buffer.span(as: Int.self)[0]
    }
    #expect(sum == 5 && cache.statistics.hits == 2)
  }

  @Test("Viewing a buffer as other elements is refused with a message")
  func wrongView() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let buffer = try Buffer.popFromCache(shape: [2], dtype: .int64)
      _ = buffer.span(as: Double.self).count
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("A buffer of int64 was viewed as float64"))
  }

  @Test("Every error says in one line what was expected and what was found")
  func messages() {
    #expect(
      "\(StagingError.shape(expected: [2, 3], found: [3]))"
        == "expected an array of shape [2, 3], found [3]: shapes must be equal, nothing is broadcast")
    #expect(
      "\(StagingError.dtype(expected: .int64, found: .float64))"
        == "expected elements of int64, found float64: element types must be equal, nothing is converted")
    #expect(
      "\(StagingError.reshape(from: [2, 3], to: [4]))"
        == "shape [2, 3] cannot be read as shape [4]: they must have the same number of elements")
    #expect(
      "\(StagingError.messageSize(expected: 48, found: 40))"
        == "expected a message of 48 bytes to fill the array, found 40 bytes")
  }
}
