internal import Glibc
internal import Synchronization

/// Memory that the processes of a node all map: each allocates from a part of its own, and reaches all parts.
///
/// To allocate therefore needs no word with the others. What finds no room is made of this process's own memory, on huge
/// pages; the address tells which of the two it is.
@safe
package final class NodeArena: MemoryAllocator {
  package let name: String
  private nonisolated(unsafe) let base: UnsafeMutableRawPointer
  /// This process's part, from a multiple of 2 MiB of its addresses on.
  private let own: Range<Int>
  private let parts: Mutex<Parts>
  private let privateMemory = HugePageAllocator(above: HugePageAllocator.defaultThreshold)
  private let mapping: SharedMapping
  private let warn: @Sendable (String) -> Void
  private let hasWarned = Atomic<Bool>(false)

  /// What changes while memory is allocated and freed; counted from the beginning of this process's part.
  private struct Parts: ~Copyable {
    var free: FreeExtents
    var pages: BackedPages
    /// The bytes that found no room.
    var privateBytes = 0
  }

  /// Allocates from a part of shared memory.
  ///
  /// - Parameters:
  ///   - mapping: The memory of all processes.
  ///   - part: This process's part of it, of which nothing has been used.
  ///   - name: The name of the allocator.
  ///   - warn: Told once, in words, when something found no room.
  package init(
    _ mapping: SharedMapping, part: Range<Int>, name: String, warn: @escaping @Sendable (String) -> Void
  ) {
    self.mapping = mapping
    unsafe base = mapping.base
    self.name = name
    self.warn = warn
    let pageSize = BackedPages.pageSize
    let start = unsafe (base + part.lowerBound).alignedUp(toMultipleOf: pageSize)
    let ownStart = unsafe start - base
    let usable = max(part.upperBound - ownStart, 0) / pageSize * pageSize
    own = ownStart..<ownStart + usable
    parts = unsafe Mutex(
      Parts(
        free: FreeExtents(0..<usable),
        pages: BackedPages(base: start, byteCount: usable, file: mapping.file, fileOffset: ownStart)))
  }

  /// The bytes that this process has taken of the shared memory, and those that found no room in it.
  package var backing: (shared: Int, private: Int) {
    parts.withLock { ($0.pages.backedBytes, $0.privateBytes) }
  }
}

// MARK: - Places

extension NodeArena {
  /// Where an address lies, the same number in every process; `nil` if not all of the bytes lie within.
  package func location(of address: UnsafeRawPointer, byteCount: Int) -> Int? {
    let location = unsafe Int(bitPattern: address) - Int(bitPattern: base)
    guard location >= 0, location <= mapping.byteCount, byteCount <= mapping.byteCount - location else {
      return nil
    }
    return location
  }

  /// The address, in this process, of a place of any process's part.
  package func address(at location: Int) -> UnsafeMutableRawPointer { unsafe base + location }

  /// The bytes that this process has mapped by pages of 2 MiB, of those it has taken; `nil` if it cannot be found out.
  package var hugeBytes: Int? {
    let base = unsafe UInt(bitPattern: base)
    return MappedPages.hugeBytes(from: base + UInt(own.lowerBound), to: base + UInt(own.upperBound))
  }
}

// MARK: - Allocating

extension NodeArena {
  private static let lineBytes = 64
  /// From which size on arrays begin at places that differ, so that equal elements do not share cache sets.
  private static let staggeredBytes = HugePageAllocator.defaultThreshold
  /// All bits of an address that choose a set of a second-level cache.
  private static let setBytes = 64 << 10

  package func allocate(byteCount: Int, alignment: Int) throws(AllocationError) -> UnsafeMutableRawPointer {
    try checkRequest(byteCount: byteCount, alignment: alignment)
    guard alignment <= BackedPages.pageSize else {
      throw AllocationError(allocator: name, byteCount: byteCount, reason: .unsupportedAlignment(alignment))
    }
    var refusal: String?
    if let range = Self.request(byteCount: byteCount, alignment: alignment) {
      let start = parts.withLock { parts in Self.take(range, from: &parts, &refusal) }
      if let start { return unsafe base + own.lowerBound + start }
    }
    return try unsafe allocatePrivately(byteCount: byteCount, alignment: alignment, because: refusal)
  }

  package func deallocate(_ address: UnsafeMutableRawPointer, byteCount: Int, alignment: Int) {
    guard let location = unsafe location(of: address, byteCount: byteCount) else {
      parts.withLock { $0.privateBytes -= byteCount }
      return unsafe privateMemory.deallocate(address, byteCount: byteCount, alignment: alignment)
    }
    let start = location - own.lowerBound
    let isOurs = parts.withLock { parts in
      guard let free = parts.free.give(start..<start + Self.size(of: byteCount)) else { return false }
      parts.pages.leave(free)
      return true
    }
    guard isOurs else { fatalError("Memory of \(byteCount) bytes was given back that is in no use.") }
  }

  /// Whole cache lines, and at least one, so that no two allocations share a line or an address.
  private static func size(of byteCount: Int) -> Int {
    max(byteCount, 1).rounded(upToMultipleOf: lineBytes)
  }

  /// `nil` for more than any part can have.
  private static func request(byteCount: Int, alignment: Int) -> FreeExtents.Request? {
    guard byteCount < Int.max / 4 else { return nil }
    let size = size(of: byteCount)
    guard byteCount > staggeredBytes else {
      return FreeExtents.Request(byteCount: size, alignment: max(alignment, lineBytes), offset: 0)
    }
    return FreeExtents.Request(
      byteCount: size, alignment: max(alignment, setBytes),
      offset: alignment <= lineBytes ? HugePageAllocator.nextOffset() : 0)
  }

  private static func take(
    _ request: FreeExtents.Request, from parts: inout Parts, _ refusal: inout String?
  ) -> Int? {
    guard let range = parts.free.take(request) else {
      refusal = "this rank's part of it is used up"
      return nil
    }
    guard let problem = parts.pages.use(range) else { return range.lowerBound }
    _ = parts.free.give(range)
    refusal = SystemError.text(of: problem)
    return nil
  }

  private func allocatePrivately(
    byteCount: Int, alignment: Int, because refusal: String?
  ) throws(AllocationError) -> UnsafeMutableRawPointer {
    let address: UnsafeMutableRawPointer
    do {
      unsafe address = try privateMemory.allocate(byteCount: byteCount, alignment: alignment)
    } catch {
      throw AllocationError(allocator: name, byteCount: byteCount, reason: error.reason)
    }
    parts.withLock { $0.privateBytes += byteCount }
    if let refusal, !hasWarned.exchange(true, ordering: .relaxed) {
      warn("\(name) has no \(byteCount) bytes more (\(refusal))")
    }
    return unsafe address
  }
}
