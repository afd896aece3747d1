import Glibc
import SeededRandom
import Strided
import Synchronization
import Testing

@testable import Memory

/// What an arena has had to say.
private final class Complaints: Sendable {
  private let all = Mutex<[String]>([])
  var lines: [String] { all.withLock { $0 } }
  func add(_ line: String) { all.withLock { $0.append(line) } }
}

@Suite("Node arena")
struct NodeArenaTests {
  private static let megabyte = 1 << 20
  private static let page = 2 << 20

  /// A process's part of a file, and the same file as another process maps it.
  private struct Shared {
    let file: SharedFile
    let arena: NodeArena
    let other: SharedMapping
    let complaints = Complaints()

    init(parts: Int = 2, own: Int = 1, partByteCount: Int = 64 << 20) throws {
      let byteCount = parts * partByteCount
      file = try SharedFile.unnamed(byteCount: byteCount)
      arena = NodeArena(
        try SharedMapping(file, byteCount: byteCount), part: own * partByteCount..<(own + 1) * partByteCount,
        name: "arena", warn: complaints.add)
      let path = SharedFile.path(of: file.descriptor, ofProcess: getpid())
      other = try SharedMapping(
        try SharedFile.opened(at: path, being: file.identity()), byteCount: byteCount)
    }

    func allocate(_ byteCount: Int, alignment: Int = 64) throws -> Bytes {
      Bytes(try Allocation(byteCount: byteCount, alignment: alignment, allocator: Allocator(arena)))
    }

    func location(of bytes: Bytes) -> Int? {
      unsafe arena.location(of: bytes.base, byteCount: bytes.count)
    }

    /// Whether the other mapping has a byte all over what was allocated.
    func isSeen(_ byte: UInt8, in bytes: Bytes) -> Bool {
      guard let location = location(of: bytes) else { return false }
      return unsafe Bytes.areAll(byte, other.base + location, bytes.count)
    }
  }

  /// An allocation that can be kept in collections.
  private final class Bytes {
    private let allocation: Allocation

    init(_ allocation: consuming Allocation) { self.allocation = allocation }

    var base: UnsafeMutableRawPointer { unsafe allocation.base }
    var count: Int { allocation.byteCount }
    var start: Int { unsafe Int(bitPattern: base) }

    func fill(with byte: UInt8) { _ = unsafe memset(base, Int32(byte), count) }

    func holds(_ byte: UInt8) -> Bool { unsafe Self.areAll(byte, base, count) }

    /// Whether each byte is as the one before it; a loop would take long without optimisation.
    static func areAll(_ byte: UInt8, _ start: UnsafeMutableRawPointer, _ count: Int) -> Bool {
      guard count > 0 else { return true }
      return unsafe start.load(as: UInt8.self) == byte && memcmp(start, start + 1, count - 1) == 0
    }
  }

  @Test("What is written through one mapping is read through the other, at the same location")
  func seenByOthers() throws {
    let shared = try Shared()
    for byteCount in [0, 1, 100, 5000, Self.megabyte, Self.megabyte + 1, 7 * Self.megabyte] {
      let allocation = try shared.allocate(byteCount)
      #expect(allocation.holds(0))
      allocation.fill(with: 0x5a)
      #expect(shared.isSeen(0x5a, in: allocation))
      let location = try #require(shared.location(of: allocation))
      #expect(location >= 64 << 20 && location + byteCount <= 128 << 20)
      let address = unsafe Int(bitPattern: shared.arena.address(at: location))
      #expect(allocation.start == address)
    }
    #expect(shared.complaints.lines.isEmpty)
  }

  @Test("Addresses are aligned as asked, and arrays of one shape begin at different cache sets")
  func alignment() throws {
    let shared = try Shared()
    for alignment in [1, 64, 4096, 65536, Self.page] {
      for byteCount in [10, 3 * Self.megabyte] {
        let allocation = try shared.allocate(byteCount, alignment: alignment)
        #expect(allocation.start % max(alignment, 64) == 0)
      }
    }
    let arrays = try (0..<8).map { _ in try shared.allocate(2 * Self.megabyte) }
    // Other tests allocate at the same time, and take turns with this one.
    #expect(Set(arrays.map { $0.start % 4096 }).count > 1)
    #expect(throws: AllocationError.self) { _ = try shared.allocate(10, alignment: 2 * Self.page) }
    #expect(throws: AllocationError.self) { _ = try shared.allocate(-1) }
    #expect(throws: AllocationError.self) { _ = try shared.allocate(10, alignment: 3) }
  }

  @Test("Memory is taken as it is needed and given back, and what is used again is zero")
  func growthAndRelease() throws {
    let shared = try Shared(partByteCount: 256 << 20)
    #expect(try shared.file.allocatedBytes() == 0)
    for _ in 0..<3 {
      let small = try shared.allocate(1000)
      small.fill(with: 1)
      do {
        let large = try shared.allocate(40 * Self.megabyte)
        #expect(large.holds(0))
        large.fill(with: 1)
        #expect(try shared.file.allocatedBytes() >= 40 * Self.megabyte)
        #expect(try shared.file.allocatedBytes() == shared.arena.backing.shared)
      }
      #expect(try shared.file.allocatedBytes() <= 2 * Self.page)
      #expect(shared.isSeen(1, in: small))
    }
    #expect(try shared.file.allocatedBytes() <= Self.page)
  }

  @Test("A large array leaves what lies between smaller ones whole", arguments: 0..<4)
  func randomUse(number: Int) throws {
    var chance = Chance(case: number)
    let shared = try Shared(partByteCount: 48 << 20)
    var all: [Int: (bytes: Bytes, byte: UInt8)] = [:]
    for step in 0..<150 {
      if all.count < 6 || chance.happens(oneIn: 2) {
        let most = chance.one(of: [100, 10_000, Self.megabyte, 6 * Self.megabyte])
        let allocation = try shared.allocate(chance.number(in: 0...most))
        #expect(allocation.holds(0))
        let byte = UInt8(chance.number(in: 1...255))
        allocation.fill(with: byte)
        all[step] = (allocation, byte)
      } else if let key = all.keys.sorted().randomElement(using: &chance), let kept = all[key] {
        #expect(kept.bytes.holds(kept.byte))
        all[key] = nil
      }
    }
    for kept in all.values { #expect(kept.bytes.holds(kept.byte)) }
    let inUse = all.values.reduce(0) { $0 + $1.bytes.count }
    let (taken, elsewhere) = shared.arena.backing
    #expect(taken + elsewhere >= inUse)
    all = [:]
    #expect(shared.arena.backing.private == 0)
    #expect(shared.arena.backing.shared <= Self.page)
    #expect(try shared.file.allocatedBytes() == shared.arena.backing.shared)
  }

  @Test("What finds no room is in private memory, which is said once, and goes back there")
  func exhaustion() throws {
    let shared = try Shared(partByteCount: 8 << 20)
    do {
      let first = try shared.allocate(5 * Self.megabyte)
      let second = try shared.allocate(5 * Self.megabyte)
      let third = try shared.allocate(6 * Self.megabyte)
      #expect(shared.location(of: first) != nil)
      #expect(shared.location(of: second) == nil && shared.location(of: third) == nil)
      #expect(second.holds(0))
      #expect(shared.arena.backing.private == 11 * Self.megabyte)
      second.fill(with: 2)
      third.fill(with: 3)
    }
    #expect(shared.arena.backing.private == 0)
    #expect(
      shared.complaints.lines == ["arena has no 5242880 bytes more (this rank's part of it is used up)"])
    let again = try shared.allocate(5 * Self.megabyte)
    #expect(shared.location(of: again) != nil)
  }

  @Test("More than there can be is refused in the arena's name, without a complaint")
  func refused() throws {
    let shared = try Shared(partByteCount: 8 << 20)
    for byteCount in [1 << 60, Int.max] {
      #expect {
        _ = try shared.allocate(byteCount)
      } throws: { error in
        (error as? AllocationError)?.allocator == "arena"
          && (error as? AllocationError)?.reason == .outOfMemory(errorNumber: ENOMEM)
      }
    }
    #expect(shared.complaints.lines.isEmpty)
  }

  @Test("Threads allocate and free at the same time")
  func threads() async throws {
    let shared = try Shared(partByteCount: 64 << 20)
    let arena = Allocator(shared.arena)
    await withTaskGroup(of: Bool.self) { group in
      for thread in 1...4 {
        group.addTask {
          var isRight = true
          for step in 0..<200 {
            guard let allocation = try? Allocation(byteCount: 1 + step * 997 % 300_000, allocator: arena)
            else {
              return false
            }
            let bytes = Bytes(allocation)
            bytes.fill(with: UInt8(thread))
            isRight = isRight && bytes.holds(UInt8(thread))
          }
          return isRight
        }
      }
      for await isRight in group { #expect(isRight) }
    }
    #expect(shared.arena.backing.private == 0 && shared.arena.backing.shared <= Self.page)
  }

  @Test("Arenas are equal only to themselves, and tell what is on pages of 2 MiB")
  func identity() throws {
    let (one, two) = (try Shared(), try Shared())
    #expect(Allocator(one.arena) == Allocator(one.arena) && Allocator(one.arena) != Allocator(two.arena))
    let allocation = try one.allocate(9 * Self.megabyte)
    allocation.fill(with: 1)
    let huge = try #require(one.arena.hugeBytes)
    #expect(huge % Self.page == 0 && huge <= one.arena.backing.shared)
  }

  @Test("Giving back what is in no use ends the process")
  func givenTwice() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let file = try SharedFile.unnamed(byteCount: 8 << 20)
      let arena = NodeArena(
        try SharedMapping(file, byteCount: 8 << 20), part: 0..<8 << 20, name: "arena", warn: { _ in })
      let address = unsafe try arena.allocate(byteCount: 100, alignment: 64)
      unsafe arena.deallocate(address, byteCount: 100, alignment: 64)
      unsafe arena.deallocate(address, byteCount: 100, alignment: 64)
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("Memory of 100 bytes was given back that is in no use."))
  }
}
