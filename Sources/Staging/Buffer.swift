public import Memory
public import Strided

/// A contiguous array that is borrowed from a ``BufferCache``, for data on its way to or from another rank.
///
/// A buffer has one owner. It goes back to its cache when the owner ends, by whatever way: the end of a scope, a
/// thrown error, or ``pushToCache()``; giving it back twice, or using it afterwards, does not compile. The same memory
/// then serves the next buffer of the same ``BufferKey``.
///
///     var buffer = try Buffer.popFromCache(shape: [64, 3], dtype: .float64)
///     try buffer.assign(from: field[.all, .last(3)])
///     try world.send(buffer.span(as: Double.self), to: right, tag: 1)
///     buffer.pushToCache()
///
/// The elements lie in C order (the last axis runs fastest) without gaps, aligned to at least 64 bytes. They are
/// whatever the last owner of the memory left, and zero bytes in new memory.
@safe
public struct Buffer: ~Copyable {
  // All that a buffer knows lies behind these three references, none in the buffer itself: a span of it that outlives
  // it is then refused by the compiler.
  let line: BufferLine
  let memory: BufferMemory
  let cache: BufferCache

  private init(_ line: BufferLine, _ memory: BufferMemory, _ cache: BufferCache) {
    self.line = line
    self.memory = memory
    self.cache = cache
  }

  /// Takes the buffer of this kind that was given back last, or allocates one if none is idle.
  ///
  /// - Parameters:
  ///   - allocator: Whose memory it is to be.
  ///   - shape: Elements per axis; 0 is allowed.
  ///   - dtype: What an element is.
  ///   - cache: Where the buffer is from, and goes back to.
  /// - Throws: `AllocationError` if there is no such memory; the cache is then as it was.
  /// - Complexity: O(1); allocates nothing when a buffer is idle.
  public static func popFromCache(
    allocator: Allocator = .host, shape: PerAxis, dtype: DType, cache: BufferCache = .shared
  ) throws(AllocationError) -> Buffer {
    let (line, memory) = try cache.lend(BufferKey(allocator: allocator, shape: shape, dtype: dtype))
    return Buffer(line, memory, cache)
  }

  /// Gives the buffer back to the cache it is from, before its scope ends.
  ///
  /// Its memory is another buffer's only when no transfer into or out of it is on its way: the cache waits before it
  /// hands a device's or pinned memory out again, and this call waits where the allocator asks for it.
  public consuming func pushToCache() {}

  deinit {
    guard !line.key.allocator.implementation.mayBeGivenBackInTransfer else {
      memory.device?.requireNoUntrackedTransfer(before: "given back to a cache")
      cache.takeBack(memory, line)
      return
    }
    do {
      try waitForTransfers(line, memory)
      cache.takeBack(memory, line)
    } catch {
      // A transfer that failed may still write: this memory must not become another's buffer.
      cache.writeOff(line)
    }
  }

  /// Waits until no transfer that was begun into or out of this buffer is still on its way.
  ///
  /// The buffer's allocator decides what there is to wait for; for host memory and huge pages it is nothing. For
  /// memory of a device it is the last transfer of this very buffer, never all of the device's. Whatever hands out the
  /// bytes (a span, a view, a scope, the cache) waits by itself; waiting here before says when, and throws what failed
  /// where those can only trap. Called again, it returns at once, or throws the same.
  ///
  /// - Throws: `TransferError` if a transfer failed; the buffer's memory is then never another's.
  public func finalizeMemoryTransfer() throws(TransferError) {
    try waitForTransfers(line, memory)
  }

  // MARK: - Description

  /// What the buffer is: allocator, shape and dtype.
  public var key: BufferKey { line.key }

  /// Where the memory is from.
  public var allocator: Allocator { line.key.allocator }

  /// Elements per axis.
  public var shape: PerAxis { line.key.shape }

  /// What an element is.
  public var dtype: DType { line.key.dtype }

  /// How many elements there are.
  public var count: Int { line.layout.count }

  /// The bytes of all elements together.
  public var byteCount: Int { line.layout.byteCount }

  /// Where the elements lie, counted from ``base``.
  @usableFromInline package var layout: Layout { line.layout }

  /// The address of the first element.
  @usableFromInline package var base: UnsafeMutableRawPointer { unsafe memory.allocation.base }
}

private func waitForTransfers(_ line: BufferLine, _ memory: BufferMemory) throws(TransferError) {
  memory.device?.requireNoUntrackedTransfer(before: "finalized")
  try unsafe line.key.allocator.implementation.finalizeTransfers(
    of: memory.allocation.base, byteCount: memory.allocation.byteCount)
}
