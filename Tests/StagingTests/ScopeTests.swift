import AllocationCounting
import MPI
import Memory
import SeededRandom
import Staging
import Strided
import Testing
import Timing

@Suite("Send and receive scopes")
struct ScopeTests {
  private let cache = BufferCache()
  private let timer = Timer()

  /// A column of a 6 × 8 array: nothing is contiguous.
  private let column = Layout(contiguous: [6, 8], itemSize: 8)[.all, 3]

  private func poisoned(_ count: Int) -> [Int] {
    [Int](repeating: -7, count: count)
  }

  // MARK: - Contiguous arrays

  @Test("A contiguous array is sent as it is: the same memory, untimed, no buffer")
  func contiguousSend() throws {
    let values = Array(0..<48)
    let rows = Layout(contiguous: [6, 8], itemSize: 8)[2..<4]
    try values.withView(rows) { array in
      try withSendBuffer(array, cache: cache, timer: timer) { span in
        let (start, sent) = (address(of: span), elements(of: span))
        #expect(sent == Array(16..<32))
        #expect(start == address(of: values.span) + 16 * 8)
      }
    }
    #expect(timer.hits.isEmpty && timer.times.isEmpty)
    #expect(cache.statistics.misses == 0)
  }

  @Test("A contiguous array is received into as it is: the same memory, untimed, no buffer")
  func contiguousReceive() throws {
    var values = poisoned(48)
    let start = address(of: values.span)
    let rows = Layout(contiguous: [6, 8], itemSize: 8)[2..<4]
    let place = try values.withMutableView(rows) { array in
      try withReceiveBuffer(&array, cache: cache, timer: timer) { span in
        for index in span.indices { span[index] = index }
        return address(of: &span)
      }
    }
    #expect(place == start + 16 * 8)
    #expect(values == poisoned(16) + Array(0..<16) + poisoned(16))
    #expect(timer.hits.isEmpty && cache.statistics.misses == 0)
  }

  @Test("Arrays without elements and without axes pass through")
  func smallArrays() throws {
    var values = Array(0..<48)
    let empty = Layout(contiguous: [6, 8], itemSize: 8)[.all, 3..<3]
    let scalar = Layout(contiguous: [6, 8], itemSize: 8)[4, 5]
    let counts = try values.withView(empty) {
      try withSendBuffer($0, cache: cache, timer: timer) { $0.count }
    }
    let sent = try values.withView(scalar) {
      try withSendBuffer($0, cache: cache, timer: timer) { elements(of: $0) }
    }
    try values.withMutableView(empty) { array in
      try withReceiveBuffer(&array, cache: cache, timer: timer) { span in
        let count = span.count
        #expect(count == 0)
      }
    }
    try values.withMutableView(scalar) { array in
      try withReceiveBuffer(&array, cache: cache, timer: timer) { span in span[0] = -1 }
    }
    #expect(counts == 0 && sent == [37] && values[37] == -1)
    #expect(timer.hits.isEmpty && cache.statistics.misses == 0)
  }

  @Test("A Fortran-contiguous array is not in wire order, so it is staged")
  func fortranOrder() throws {
    let values = Array(0..<6)
    let layout = Layout(contiguous: [2, 3], itemSize: 8, order: .fortran)
    let sent = try values.withView(layout) { array in
      try withSendBuffer(array, cache: cache, timer: timer) { elements(of: $0) }
    }
    #expect(sent == [0, 2, 4, 1, 3, 5])
    #expect(timer.hits == ["pack": 1])
  }

  @Test("A contiguous array whose elements are not aligned is staged, since there is no span of it")
  func misaligned() throws {
    var bytes = [UInt8](repeating: 0, count: 40)
    try unsafe bytes.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      let layout = Layout(shape: [4], strides: [8], itemSize: 8, offset: 3)
      var array = unsafe MutableStridedView<Int>(unsafeStart: base, layout: layout)
      try withReceiveBuffer(&array, cache: cache, timer: timer) { span in
        for index in span.indices { span[index] = index - 2 }
      }
      let sent = try withSendBuffer(array.readOnly, cache: cache, timer: timer) { elements(of: $0) }
      #expect(sent == [-2, -1, 0, 1])
    }
    #expect(timer.hits == ["pack": 1, "unpack": 1])
    #expect(bytes[..<3].allSatisfy { $0 == 0 } && bytes[35...].allSatisfy { $0 == 0 })
  }

  // MARK: - Staged arrays

  @Test("A strided array is packed once a send scope, with its bytes")
  func stagedSend() throws {
    let values = Array(0..<48)
    var places: Set<Int> = []
    for _ in 0..<3 {
      try values.withView(column) { array in
        try withSendBuffer(array, cache: cache, timer: timer) { span in
          #expect(elements(of: span) == [3, 11, 19, 27, 35, 43])
          #expect(timer.hits["pack"] == cache.statistics.hits + cache.statistics.misses)
          places.insert(address(of: span))
        }
      }
    }
    #expect(places.count == 1)
    #expect(timer.hits == ["pack": 3] && timer.byteCounts == ["pack": 3 * 48])
    #expect(cache.statistics.misses == 1 && cache.statistics.hits == 2)
    #expect(cache.statistics.lentBuffers == 0 && cache.statistics.heldBuffers == 1)
  }

  @Test("A strided array is unpacked once a receive scope, after the body, with its bytes")
  func stagedReceive() throws {
    for round in 1...3 {
      var values = poisoned(48)
      let result = try values.withMutableView(column) { array in
        try withReceiveBuffer(&array, cache: cache, timer: timer) { span in
          #expect(timer.hits["unpack"] ?? 0 == round - 1)
          for index in span.indices { span[index] = 100 * round + index }
          return round
        }
      }
      #expect(result == round)
      var expected = poisoned(48)
      for (index, place) in column.places.enumerated() { expected[place] = 100 * round + index }
      #expect(values == expected)
    }
    #expect(timer.hits == ["unpack": 3] && timer.byteCounts == ["unpack": 3 * 48])
    #expect(cache.statistics.misses == 1 && cache.statistics.hits == 2)
  }

  @Test("Boxes of any rank, step and order keep their logical order, and nothing around them changes")
  func randomBoxes() throws {
    var generator = SeededGenerator(stream: 2)
    for round in 0..<300 {
      let note: Comment = "seed \(SeededGenerator.seed), round \(round)"
      let rank = round % 6
      let box = RandomBox(itemSize: 4, rank: rank, using: &generator)
      let values = (0..<box.storageCount).map { Float($0) }
      let sent = try values.withView(box.layout) { array in
        try withSendBuffer(array, cache: cache) { elements(of: $0) }
      }
      #expect(sent == box.layout.places.map { Float($0) }, note)

      var received = [Float](repeating: -7, count: box.storageCount)
      try received.withMutableView(box.layout) { array in
        try withReceiveBuffer(&array, cache: cache) { span in
          for index in span.indices { span[index] = sent[index] }
        }
      }
      var expected = [Float](repeating: -7, count: box.storageCount)
      for place in box.layout.places { expected[place] = Float(place) }
      #expect(received == expected, note)
    }
    #expect(cache.statistics.lentBuffers == 0)
  }

  @Test("Scopes nest: both buffers of one kind are in use at the same time")
  func nesting() throws {
    let values = Array(0..<48)
    var target = poisoned(48)
    try values.withView(column) { source in
      try target.withMutableView(column) { destination in
        try withReceiveBuffer(&destination, cache: cache, timer: timer) { received in
          try withSendBuffer(source, cache: cache, timer: timer) { sent in
            #expect(address(of: sent) != address(of: &received))
            for index in sent.indices { received[index] = sent[index] }
          }
        }
      }
    }
    #expect(column.places.allSatisfy { target[$0] == $0 })
    #expect(timer.hits == ["pack": 1, "unpack": 1])
  }

  // MARK: - Errors

  @Test("An error of the body gives the buffer back and leaves the array as it was; the clocks stand")
  func bodyFails() throws {
    var values = Array(0..<48)
    #expect(throws: BodyFailed.self) {
      try values.withView(column) { array in
        try withSendBuffer(array, cache: cache, timer: timer) { _ in throw BodyFailed() }
      }
    }
    #expect(throws: BodyFailed.self) {
      try values.withMutableView(column) { array in
        try withReceiveBuffer(&array, cache: cache, timer: timer) { span in
          for index in span.indices { span[index] = -1 }
          throw BodyFailed()
        }
      }
    }
    #expect(values == Array(0..<48))
    #expect(timer.hits == ["pack": 1])
    #expect(cache.statistics.lentBuffers == 0 && cache.statistics.heldBuffers == 1)
    try timer.disable()
  }

  @Test("An error of the allocator stops the clocks, runs no body and leaves the array as it was")
  func allocatorFails() throws {
    let allocator = TestAllocator()
    allocator.refuse()
    var values = Array(0..<48)
    let expected = AllocationError(allocator: "test", byteCount: 48, reason: .outOfMemory(errorNumber: 12))
    #expect(throws: expected) {
      try values.withView(column) { array in
        try withSendBuffer(array, allocator: Allocator(allocator), cache: cache, timer: timer) { _ in
          Issue.record("the body ran")
        }
      }
    }
    #expect(throws: expected) {
      try values.withMutableView(column) { array in
        try withReceiveBuffer(&array, allocator: Allocator(allocator), cache: cache, timer: timer) { _ in
          Issue.record("the body ran")
        }
      }
    }
    #expect(values == Array(0..<48))
    #expect(timer.hits.isEmpty)
    #expect(cache.statistics.lentBuffers == 0)
    try timer.disable()
    timer.enable()
    allocator.refuse(false)
    try values.withView(column) { array in
      try withSendBuffer(array, allocator: Allocator(allocator), cache: cache, timer: timer) { _ in }
    }
    #expect(timer.hits == ["pack": 1])
  }

  @Test("A failed transfer of the buffer's memory is thrown, and nothing is unpacked")
  func transferFails() throws {
    let allocator = TestAllocator()
    allocator.failTransfers()
    var values = Array(0..<48)
    #expect(throws: TransferError.self) {
      try values.withView(column) { array in
        try withSendBuffer(array, allocator: Allocator(allocator), cache: cache, timer: timer) { _ in
          Issue.record("the body ran")
        }
      }
    }
    #expect(throws: TransferError.self) {
      try values.withMutableView(column) { array in
        try withReceiveBuffer(&array, allocator: Allocator(allocator), cache: cache, timer: timer) { span in
          for index in span.indices { span[index] = -1 }
        }
      }
    }
    #expect(values == Array(0..<48) && timer.hits.isEmpty)
    #expect(cache.statistics.lentBuffers == 0 && cache.statistics.heldBuffers == 0)
    try timer.disable()
  }

  @Test("A clock that the user runs under the same name is no obstacle")
  func usersClocks() throws {
    let values = Array(0..<48)
    try timer.clock("pack") {
      try values.withView(column) { array in
        try withSendBuffer(array, cache: cache, timer: timer) { _ in }
      }
    }
    #expect(timer.hits == ["pack": 2])
  }

  @Test("A disabled timer takes nothing down, and no timer is needed")
  func disabledTimer() throws {
    let values = Array(0..<48)
    let disabled = Timer(enabled: false)
    try values.withView(column) { array in
      try withSendBuffer(array, cache: cache, timer: disabled) { _ in }
      try withSendBuffer(array, cache: cache) { _ in }
    }
    #expect(disabled.hits.isEmpty)
  }

  @Test("The shared cache serves where none is named")
  func sharedCache() throws {
    let allocator = TestAllocator()
    let values = Array(0..<48)
    for _ in 0..<2 {
      try values.withView(column) { array in
        try withSendBuffer(array, allocator: Allocator(allocator)) { _ in }
      }
    }
    let key = BufferKey(allocator: Allocator(allocator), shape: [6], dtype: .int64)
    #expect(allocator.counts.allocated == 1 && BufferCache.shared.heldBufferCount(for: key) == 1)
  }

  // MARK: - Cost

  @Test(
    "A send and a receive scope allocate nothing once their buffer is there",
    .enabled(if: AllocationCounting.isAvailable))
  func allocatesNothing() throws {
    // A face of 1 KiB: the fastest axis of an 8 × 8 × 8 block, two deep.
    let face = Layout(contiguous: [8, 8, 8], itemSize: 8)[.all, .all, .last(2)]
    let rows = Layout(contiguous: [8, 8, 8], itemSize: 8)[.last(2)]
    let shape = face.shape
    var values = [Double](repeating: 1, count: 512)
    let allocations = try values.withMutableView(face) { staged in
      var other = [Double](repeating: 2, count: 512)
      return try other.withMutableView(rows) { contiguous in
        func round() throws {
          var sum = 0.0
          try withSendBuffer(staged.readOnly, cache: cache, timer: timer) { sum += $0[0] }
          try withReceiveBuffer(&staged, cache: cache, timer: timer) { $0[0] = 2 }
          try withSendBuffer(contiguous.readOnly, cache: cache, timer: timer) { sum += $0[0] }
          try withReceiveBuffer(&contiguous, cache: cache, timer: timer) { $0[0] = 2 }
          try withArrayBuffer(shape: shape, dtype: .float64, cache: cache) { buffer in
            try buffer.assign(from: staged.readOnly)
            try buffer.assign(to: &staged)
          }
        }
        try round()
        return try AllocationCounting.count { for _ in 0..<1000 { try round() } }.ours
      }
    }
    #expect(allocations == 0)
    #expect(cache.statistics.misses == 1 && timer.hits == ["pack": 1001, "unpack": 1001])
  }

  @Test("Threads use scopes on one cache, each with its own arrays")
  func threads() async throws {
    let cache = BufferCache()
    let column = column
    await withTaskGroup(of: Bool.self) { group in
      for thread in 0..<8 {
        group.addTask {
          var values = (0..<48).map { 1000 * thread + $0 }
          let original = values
          for _ in 0..<500 {
            let sent = try? values.withView(column) {
              try withSendBuffer($0, cache: cache) { elements(of: $0) }
            }
            _ = try? values.withMutableView(column) { array in
              try withReceiveBuffer(&array, cache: cache) { span in
                for index in span.indices { span[index] = sent?[index] ?? -1 }
              }
            }
          }
          return values == original
        }
      }
      for await unchanged in group { #expect(unchanged) }
    }
    #expect(cache.statistics.hits + cache.statistics.misses == 8000 && cache.statistics.misses <= 8)
    #expect(cache.statistics.lentBuffers == 0)
  }
}
