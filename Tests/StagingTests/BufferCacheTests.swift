import Memory
import Staging
import Strided
import Synchronization
import Testing

@Suite("BufferCache")
struct BufferCacheTests {
  private func take(
    _ cache: BufferCache, _ shape: PerAxis = [100], _ dtype: DType = .float64,
    _ allocator: Allocator = .host
  ) throws -> Buffer {
    try Buffer.popFromCache(allocator: allocator, shape: shape, dtype: dtype, cache: cache)
  }

  private func address(_ buffer: borrowing Buffer) -> Int {
    StagingTests.address(of: buffer.span(as: Double.self))
  }

  @Test("A buffer that came back is the very same memory for the next of its kind")
  func reuse() throws {
    let cache = BufferCache()
    let first = try take(cache)
    let place = address(first)
    first.pushToCache()
    #expect(cache.statistics.heldBuffers == 1 && cache.statistics.heldBytes == 800)
    for _ in 0..<3 {
      let again = try take(cache)
      let againPlace = address(again)
      #expect(againPlace == place)
      #expect(cache.statistics.heldBuffers == 0 && cache.statistics.lentBuffers == 1)
    }
    #expect(cache.statistics.hits == 3 && cache.statistics.misses == 1)
    #expect(cache.statistics.lentBuffers == 0 && cache.statistics.lentBytes == 0)
  }

  @Test("Of several idle buffers, the one that came back last is taken first")
  func lastInFirstOut() throws {
    let cache = BufferCache()
    let a = try take(cache), b = try take(cache), c = try take(cache)
    let places = (address(a), address(b), address(c))
    b.pushToCache()
    c.pushToCache()
    a.pushToCache()
    let x = try take(cache), y = try take(cache), z = try take(cache)
    let taken = (address(x), address(y), address(z))
    #expect(taken.0 == places.0 && taken.1 == places.2 && taken.2 == places.1)
  }

  @Test("Equal descriptions share a line, however they are written")
  func equalDescriptions() throws {
    let cache = BufferCache()
    try take(cache, [6], .int64, .hugePages(above: 4096)).pushToCache()
    try take(cache, PerAxis([6]), DType(of: Int.self), .hugePages(above: 4096)).pushToCache()
    try take(cache, PerAxis(repeating: 6, count: 1), Int64.dtype, .hugePages(above: 4096)).pushToCache()
    #expect(cache.statistics.misses == 1 && cache.statistics.hits == 2)
    let key = BufferKey(allocator: .hugePages(above: 4096), shape: [6], dtype: .int64)
    #expect(cache.heldBufferCount(for: key) == 1)
    #expect(
      Set([key, BufferKey(allocator: .hugePages(above: 4096), shape: [6], dtype: Int.dtype)]).count == 1)
    #expect("\(key)" == "shape [6] of int64 from allocator \"huge pages above 4096 bytes\"")
  }

  @Test("Buffers of another shape, dtype or allocator are never handed out")
  func differentDescriptions() throws {
    let cache = BufferCache()
    let own = TestAllocator(), other = TestAllocator()
    try take(cache, [2, 3]).pushToCache()
    try take(cache, [3, 2]).pushToCache()
    try take(cache, [6]).pushToCache()
    try take(cache, [6, 1]).pushToCache()
    try take(cache, [6], .int64).pushToCache()
    try take(cache, [6], .float64, .hugePages).pushToCache()
    try take(cache, [6], .float64, Allocator(own)).pushToCache()
    try take(cache, [6], .float64, Allocator(other)).pushToCache()
    #expect(cache.statistics.misses == 8 && cache.statistics.hits == 0)
    #expect(own.counts.allocated == 1 && other.counts.allocated == 1)
  }

  @Test("The bytes held are bounded; what came back longest ago is freed first")
  func bound() throws {
    let allocator = TestAllocator()
    let cache = BufferCache(byteLimit: 2000)
    let a = try take(cache, [100], .float64, Allocator(allocator))
    let b = try take(cache, [50], .float64, Allocator(allocator))
    let c = try take(cache, [90], .float64, Allocator(allocator))
    let d = try take(cache, [100], .float64, Allocator(allocator))
    #expect(cache.statistics.lentBytes == 2720)
    a.pushToCache()
    b.pushToCache()
    #expect(cache.statistics.heldBytes == 1200 && cache.statistics.evictions == 0)
    c.pushToCache()
    #expect(cache.statistics.heldBytes == 1920)
    d.pushToCache()
    // 2720 bytes came back: the first 800 had to go.
    #expect(cache.statistics.heldBytes == 1920 && cache.statistics.evictions == 1)
    #expect(allocator.counts.freed == 1)
    // The line is at its newest, although its first buffer was the oldest.
    try take(cache, [100], .float64, Allocator(allocator)).pushToCache()
    cache.trim(toBytes: 1919)
    #expect(
      cache.heldBufferCount(for: BufferKey(allocator: Allocator(allocator), shape: [50], dtype: .float64))
        == 0)
    #expect(cache.statistics.heldBytes == 1520 && cache.statistics.evictions == 2)
    cache.trim(toBytes: 1520)
    #expect(cache.statistics.evictions == 2)
    cache.trim(toBytes: 800)
    #expect(cache.statistics.heldBytes == 800 && cache.statistics.heldBuffers == 1)
    cache.trim(toBytes: -5)
    #expect(cache.statistics.heldBytes == 0 && allocator.counts.freed == 4)
  }

  @Test("A buffer bigger than the limit, and one without elements, are not kept")
  func notKept() throws {
    let allocator = TestAllocator()
    let cache = BufferCache(byteLimit: 799)
    try take(cache, [100], .float64, Allocator(allocator)).pushToCache()
    try take(cache, [100, 0], .float64, Allocator(allocator)).pushToCache()
    #expect(allocator.counts.allocated == 2 && allocator.counts.freed == 2)
    #expect(cache.statistics.heldBuffers == 0)
    let none = BufferCache(byteLimit: -1)
    try take(none, [1], .int8, Allocator(allocator)).pushToCache()
    #expect(none.byteLimit == 0 && none.statistics.heldBuffers == 0 && allocator.counts.freed == 3)
    #expect(BufferCache().byteLimit == 256 << 20)
  }

  @Test("Removing all frees what is idle, not what is lent, which can come back")
  func removeAll() throws {
    let allocator = TestAllocator()
    let cache = BufferCache()
    let lent = try take(cache, [10], .float64, Allocator(allocator))
    try take(cache, [10], .float64, Allocator(allocator)).pushToCache()
    try take(cache, [20], .float64, Allocator(allocator)).pushToCache()
    cache.removeAll()
    #expect(allocator.counts.freed == 2)
    #expect(cache.statistics.heldBytes == 0 && cache.statistics.lentBuffers == 1)
    let place = address(lent)
    lent.pushToCache()
    let again = try take(cache, [10], .float64, Allocator(allocator))
    let againPlace = address(again)
    #expect(againPlace == place)
    #expect(cache.statistics.hits == 1 && cache.statistics.misses == 3)
  }

  @Test("Buffers outlive the last reference to their cache, and all memory is freed in the end")
  func lifetime() throws {
    let allocator = TestAllocator()
    func make() throws -> Buffer {
      let cache = BufferCache()
      try take(cache, [10], .float64, Allocator(allocator)).pushToCache()
      let first = try take(cache, [10], .float64, Allocator(allocator))
      let second = try take(cache, [10], .float64, Allocator(allocator))
      first.pushToCache()
      return second
    }
    let buffer = try make()
    #expect(allocator.counts.allocated == 2 && allocator.counts.freed == 0)
    buffer.pushToCache()
    #expect(allocator.counts.freed == 2)
  }

  @Test("An allocator that refuses leaves the cache as it was, and works again when it can")
  func refusal() throws {
    let allocator = TestAllocator()
    let cache = BufferCache()
    try take(cache, [10], .float64, Allocator(allocator)).pushToCache()
    allocator.refuse()
    #expect(
      throws: AllocationError(
        allocator: "test", byteCount: 160, reason: .outOfMemory(errorNumber: 12))
    ) {
      _ = try take(cache, [20], .float64, Allocator(allocator))
    }
    // What is idle needs no allocator.
    try take(cache, [10], .float64, Allocator(allocator)).pushToCache()
    #expect(cache.statistics.lentBuffers == 0 && cache.statistics.lentBytes == 0)
    #expect(cache.statistics.heldBuffers == 1)
    allocator.refuse(false)
    try take(cache, [20], .float64, Allocator(allocator)).pushToCache()
    #expect(cache.statistics.heldBuffers == 2)
  }

  @Test(
    "Shapes that no memory can have are refused, and leave nothing behind",
    arguments: [[-1], [3, -2, 5], [1 << 40, 1 << 40], [Int.max]] as [PerAxis])
  func impossibleShapes(shape: PerAxis) throws {
    let cache = BufferCache()
    #expect(
      throws: AllocationError(
        allocator: "host", byteCount: .max, reason: .impossibleSize(of: "shape \(shape) of float64"))
    ) {
      _ = try take(cache, shape)
    }
    #expect(cache.statistics.misses == 0 && cache.statistics.lentBuffers == 0)
  }

  @Test("A transfer that failed keeps its memory from being used again")
  func failedTransfer() throws {
    let allocator = TestAllocator()
    let cache = BufferCache()
    let buffer = try take(cache, [10], .float64, Allocator(allocator))
    try buffer.finalizeMemoryTransfer()
    allocator.failTransfers()
    #expect(throws: TransferError(allocator: "test", problem: "the device fell off the bus")) {
      try buffer.finalizeMemoryTransfer()
    }
    buffer.pushToCache()
    #expect(allocator.counts == TestAllocator.Counts(allocated: 1, freed: 1, finalized: 3))
    #expect(cache.statistics.heldBuffers == 0 && cache.statistics.lentBuffers == 0)
  }

  @Test("Threads share a cache without sharing a buffer")
  func threads() async throws {
    let allocator = TestAllocator()
    let cache = BufferCache(byteLimit: 20_000)
    let rounds = 2000
    await withTaskGroup(of: Int.self) { group in
      for thread in 0..<8 {
        group.addTask {
          var mistakes = 0
          for round in 0..<rounds {
            let shape: PerAxis = [10 + (round + thread) % 7, 10]
            guard
              var buffer = try? Buffer.popFromCache(
                allocator: Allocator(allocator), shape: shape, dtype: .int64, cache: cache)
            else { return rounds }
            let mark = thread * rounds + round
            var span = buffer.mutableSpan(as: Int.self)
            for index in span.indices { span[index] = mark }
            if round % 16 == 0 { await Task.yield() }
            let written = buffer.span(as: Int.self)
            for index in written.indices where written[index] != mark { mistakes += 1 }
            if round % 500 == 0 { cache.trim(toBytes: 1000) }
          }
          return mistakes
        }
      }
      for await mistakes in group { #expect(mistakes == 0) }
    }
    let statistics = cache.statistics
    #expect(statistics.hits + statistics.misses == 8 * rounds)
    #expect(statistics.misses == allocator.counts.allocated)
    #expect(statistics.lentBuffers == 0 && statistics.lentBytes == 0)
    #expect(statistics.heldBytes <= 20_000)
    #expect(statistics.heldBuffers == statistics.misses - statistics.evictions)
    cache.removeAll()
    #expect(cache.statistics.heldBuffers == 0)
    #expect(allocator.counts.freed == allocator.counts.allocated)
  }

  @Test("The statistics in one line")
  func description() throws {
    let cache = BufferCache()
    let lent = try take(cache, [10])
    try take(cache, [20]).pushToCache()
    #expect(
      "\(cache.statistics)" == "0 hits, 2 misses, 0 evictions, 1 buffers held (160 bytes), 1 lent (80 bytes)")
    lent.pushToCache()
  }
}
