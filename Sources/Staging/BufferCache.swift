internal import Memory
internal import Strided
internal import Synchronization

/// Keeps buffers that are not in use, so that the next of the same ``BufferKey`` costs no allocation.
///
/// Buffers are taken by ``Buffer/popFromCache(allocator:shape:dtype:cache:)`` and come back by themselves. Of equal
/// keys, the buffer that came back last is taken first: it is the likeliest to be in the processor's cache. The bytes
/// that are held are bounded; beyond the bound, the buffers that were given back longest ago are freed. Bytes that are
/// lent out are not bounded.
///
///     let cache = BufferCache(byteLimit: 64 << 20)
///     …
///     print(cache.statistics)
///     cache.trim(toBytes: 1 << 20)
///
/// A cache may be used from several threads at the same time. Buffers that are lent out keep their cache alive.
public final class BufferCache: Sendable {
  /// The bytes that a cache holds at most unless told otherwise: 256 MiB.
  public static let defaultByteLimit = 256 << 20

  /// The cache that is used where none is named.
  public static let shared = BufferCache()

  /// The bytes of idle buffers that are held at most.
  public let byteLimit: Int

  private let state = Mutex(State())

  /// Makes an empty cache.
  ///
  /// - Parameter byteLimit: The bytes of idle buffers to hold at most; 0 or less to hold none.
  public init(byteLimit: Int = BufferCache.defaultByteLimit) {
    self.byteLimit = max(byteLimit, 0)
  }

  /// What the cache has done and holds, at one moment.
  public var statistics: Statistics {
    state.withLock { $0.statistics }
  }

  /// How many idle buffers of a key are held.
  ///
  /// - Complexity: O(1).
  public func heldBufferCount(for key: BufferKey) -> Int {
    state.withLock { $0.heldBufferCount(for: key) }
  }

  /// Frees the buffers that were given back longest ago, until no more than this many bytes are held.
  ///
  /// Buffers that are lent out are not touched.
  ///
  /// - Complexity: O(*n* *k*) for *n* freed buffers and *k* keys.
  public func trim(toBytes byteCount: Int) {
    let freed = state.withLock { $0.evict(toBytes: max(byteCount, 0)) }
    // The memory itself goes back here, after the lock: returning it to the system takes long.
    withExtendedLifetime(freed) {}
  }

  /// Frees all idle buffers.
  ///
  /// The counts of hits, misses and evictions go on.
  public func removeAll() {
    trim(toBytes: 0)
  }

  // MARK: - Lending

  /// Memory for a key, reused if there is any idle, and the line that it is to come back to.
  func lend(_ key: BufferKey) throws(AllocationError) -> (BufferLine, BufferMemory) {
    while true {
      guard let (line, reused) = state.withLock({ $0.lend(key) }) else {
        throw AllocationError(
          allocator: key.allocator.description, byteCount: .max,
          reason: .impossibleSize(of: "shape \(key.shape) of \(key.dtype)"))
      }
      guard let reused else { return (line, try memory(for: line)) }
      if reused.isFitForReuse() { return (line, reused) }
      // A transfer that failed may still write: this memory must not become another's buffer.
      writeOff(line)
    }
  }

  /// New memory for a buffer of a line.
  private func memory(for line: BufferLine) throws(AllocationError) -> BufferMemory {
    do {
      // Not under the lock: other threads need not wait for the system.
      return try BufferMemory(for: line)
    } catch {
      writeOff(line)
      throw error
    }
  }

  /// Takes back memory that was lent with `line`.
  func takeBack(_ memory: BufferMemory, _ line: BufferLine) {
    let freed = state.withLock { $0.takeBack(memory, line, limit: byteLimit) }
    withExtendedLifetime(freed) {}
  }

  /// Takes note that memory that was lent with `line` is not coming back, since it cannot be used again.
  func writeOff(_ line: BufferLine) {
    state.withLock { $0.writeOff(line) }
  }
}

extension BufferCache {
  /// What a cache has done and holds.
  public struct Statistics: Hashable, Sendable {
    /// How often a buffer was taken from the cache.
    public internal(set) var hits = 0
    /// How often a buffer had to be allocated.
    public internal(set) var misses = 0
    /// How many buffers were freed because of the limit, by trimming or by removing all.
    public internal(set) var evictions = 0
    /// The bytes of the idle buffers.
    public internal(set) var heldBytes = 0
    /// How many idle buffers there are.
    public internal(set) var heldBuffers = 0
    /// The bytes of the buffers that are in use.
    public internal(set) var lentBytes = 0
    /// How many buffers are in use.
    public internal(set) var lentBuffers = 0
  }
}

extension BufferCache.Statistics: CustomStringConvertible {
  /// All counts in one line.
  public var description: String {
    "\(hits) hits, \(misses) misses, \(evictions) evictions, "
      + "\(heldBuffers) buffers held (\(heldBytes) bytes), \(lentBuffers) lent (\(lentBytes) bytes)"
  }
}
