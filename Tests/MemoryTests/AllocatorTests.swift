import Glibc
import Memory
import Strided
import Testing

/// An allocator as a user might write one: counts what it gives and takes back.
private final class Counting: MemoryAllocator {
  let name: String

  init(name: String = "counting") {
    self.name = name
  }

  func allocate(byteCount: Int, alignment: Int) throws(AllocationError) -> UnsafeMutableRawPointer {
    guard byteCount < 1000 else {
      throw AllocationError(allocator: name, byteCount: byteCount, reason: .refused("the device is gone"))
    }
    return UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: alignment)
  }

  func deallocate(_ base: UnsafeMutableRawPointer, byteCount: Int, alignment: Int) {
    unsafe base.deallocate()
  }
}

private struct Wide: BitwiseCopyable, ArrayElement {
  var lanes: SIMD8<Double>
}

@Suite("Allocator")
struct AllocatorTests {
  static let megabyte = 1 << 20

  private func address(of allocation: borrowing Allocation) -> Int {
    unsafe Int(bitPattern: allocation.base)
  }

  private func isZero(_ allocation: borrowing Allocation) -> Bool {
    let bytes = allocation.span(as: UInt8.self)
    for index in bytes.indices where bytes[index] != 0 { return false }
    return true
  }

  @Test(
    "Host memory is aligned as asked and at least to a cache line, and zero",
    arguments: [1, 8, 64, 256, 4096])
  func hostAlignment(alignment: Int) throws {
    for byteCount in [0, 1, 7, 64, 1000, 5 * 1000 * 1000] {
      var allocation = try Allocation(byteCount: byteCount, alignment: alignment)
      let start1 = address(of: allocation)
      #expect(start1 % (max(alignment, 64)) == 0)
      let (size, asked) = (allocation.byteCount, allocation.alignment)
      #expect(size == byteCount && asked == alignment)
      let fresh = isZero(allocation)
      #expect(fresh)
      // What is written here must not show up in the next.
      var bytes = allocation.mutableSpan(as: UInt8.self)
      for index in bytes.indices { bytes[index] = 0xff }
    }
  }

  @Test("Two allocations of no bytes have addresses of their own")
  func empty() throws {
    for allocator in [Allocator.host, .hugePages, .hugePages(above: 0)] {
      let first = try Allocation(byteCount: 0, allocator: allocator)
      let second = try Allocation(byteCount: 0, allocator: allocator)
      let addresses = (address(of: first), address(of: second))
      #expect(addresses.0 != addresses.1)
      let count = first.span(as: Double.self).count
      #expect(count == 0)
    }
  }

  @Test("Above the threshold memory begins in the first lines of 2 MiB, is zero, and writable throughout")
  func hugePageAlignment() throws {
    for byteCount in [Self.megabyte + 1, 2 * Self.megabyte, 2 * Self.megabyte + 1, 9 * Self.megabyte - 3] {
      var allocation = try Allocation(byteCount: byteCount, allocator: .hugePages)
      let start2 = address(of: allocation)
      #expect(start2 % (2 * Self.megabyte) <= 15 * 4160 && start2 % 64 == 0)
      let fresh = isZero(allocation)
      #expect(fresh)
      var bytes = allocation.mutableSpan(as: UInt8.self)
      #expect(bytes.count == byteCount)
      for index in bytes.indices { bytes[index] = 0xff }
    }
    let small = try Allocation(byteCount: Self.megabyte, allocator: .hugePages)
    let start3 = address(of: small)
    #expect(start3 % (64) == 0)
    let above = try Allocation(byteCount: 5000, allocator: .hugePages(above: 4999))
    let start4 = address(of: above)
    #expect(start4 % (2 * Self.megabyte) <= 15 * 4160)
    let aligned = try Allocation(byteCount: 2 * Self.megabyte, alignment: 4096, allocator: .hugePages)
    let start5 = address(of: aligned)
    #expect(start5 % (2 * Self.megabyte) == 0)
  }

  @Test("Arrays of one shape begin at different cache sets")
  func staggered() throws {
    var starts: Set<Int> = []
    for _ in 0..<8 {
      let allocation = try Allocation(byteCount: 2 * Self.megabyte, allocator: .hugePages)
      starts.insert(address(of: allocation) % 4096)
    }
    // Other tests allocate at the same time, and take turns with this one.
    #expect(starts.count > 1)
  }

  @Test("The kernel backs the memory with huge pages where it has them")
  func reallyHuge() throws {
    guard let setting = contents(of: "/sys/kernel/mm/transparent_hugepage/enabled"),
      !setting.contains("[never]")
    else {
      print("Huge pages are switched off on this machine: nothing to look at.")
      return
    }
    var allocation = try Allocation(byteCount: 8 * Self.megabyte, allocator: .hugePages)
    var words = allocation.mutableSpan(as: Int.self)
    for index in words.indices { words[index] = index }
    let smaps = try #require(contents(of: "/proc/self/smaps"))
    let start = address(of: allocation)
    #expect(hugeKilobytes(in: smaps, at: start) >= 8 * 1024)
  }

  /// The kilobytes on huge pages in the mapping that holds an address.
  private func hugeKilobytes(in smaps: String, at address: Int) -> Int {
    var holdsAddress = false
    for line in smaps.split(separator: "\n") {
      let words = line.split(separator: " ")
      let bounds = words[0].split(separator: "-")
      if bounds.count == 2, let low = Int(bounds[0], radix: 16), let high = Int(bounds[1], radix: 16) {
        holdsAddress = low <= address && address < high
      } else if holdsAddress, words[0] == "AnonHugePages:" {
        return Int(words[1]) ?? 0
      }
    }
    return 0
  }

  private func contents(of path: String) -> String? {
    guard let file = unsafe fopen(path, "r") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    "More memory than there can be is refused with the size and the allocator, and nothing is left running")
  func outOfMemory() {
    for allocator in [Allocator.host, .hugePages, .hugePages(above: 0)] {
      for byteCount in [1 << 60, Int.max, Int.max - 63, Int.max - (2 << 20)] {
        #expect {
          _ = try Allocation(byteCount: byteCount, allocator: allocator)
        } throws: { error in
          let error = error as? AllocationError
          return error?.byteCount == byteCount && error?.allocator == allocator.description
            && error?.reason == .outOfMemory(errorNumber: ENOMEM)
        }
      }
    }
    #expect(
      "\(AllocationError(allocator: "host", byteCount: 1 << 60, reason: .outOfMemory(errorNumber: ENOMEM)))"
        == "allocator \"host\" has no 1152921504606846976 bytes: Cannot allocate memory")
  }

  @Test("Negative sizes, sizes beyond an address and bad alignments are refused")
  func badRequests() throws {
    func reason(_ body: () throws -> Void) -> AllocationError.Reason? {
      do {
        try body()
        return nil
      } catch { return (error as? AllocationError)?.reason }
    }
    for allocator in [Allocator.host, .hugePages, Allocator(Counting())] {
      #expect(reason { _ = try Allocation(byteCount: -1, allocator: allocator) } == .negativeSize)
      #expect(reason { _ = try Allocation(count: -1, of: Int.self, allocator: allocator) } == .negativeSize)
      #expect(
        reason { _ = try Allocation(count: .min, of: Int.self, allocator: allocator) } == .negativeSize)
      #expect(
        reason { _ = try Allocation(count: .max / 4, of: Int.self, allocator: allocator) }
          == .impossibleSize(of: "\(Int.max / 4) elements of 8 bytes"))
    }
    for allocator in [Allocator.host, .hugePages] {
      for alignment in [0, -8, 3, 48] {
        #expect(
          reason { _ = try Allocation(byteCount: 8, alignment: alignment, allocator: allocator) }
            == .unsupportedAlignment(alignment))
      }
    }
    #expect(
      reason { _ = try Allocation(byteCount: 8, alignment: 4 << 20, allocator: .hugePages) }
        == .unsupportedAlignment(4 << 20))
    #expect(
      "\(AllocationError(allocator: "host", byteCount: .max, reason: .impossibleSize(of: "shape [-1]")))"
        == "allocator \"host\" was asked for shape [-1]: no memory has that size")
    #expect(
      "\(AllocationError(allocator: "host", byteCount: -4, reason: .negativeSize))"
        == "allocator \"host\" was asked for -4 bytes: a size cannot be negative")
  }

  @Test(
    "Freed memory goes back: thousands of allocations hold no more than one",
    // A sanitizer keeps freed memory back on purpose.
    .enabled(if: unsafe getenv("HALO_SANITIZER") == nil))
  func noLeak() throws {
    func resident() throws -> Int {
      let fields = try #require(contents(of: "/proc/self/statm")).split(separator: " ")
      return try #require(Int(fields[1])) * 4096
    }
    for allocator in [Allocator.host, .hugePages, .hugePages(above: 0)] {
      let before = try resident()
      for _ in 0..<300 {
        let big = try Allocation(byteCount: 5 * Self.megabyte, allocator: allocator)
        let small = try Allocation(byteCount: 5000, allocator: allocator)
        unsafe memset(big.base, 1, big.byteCount)
        unsafe memset(small.base, 1, small.byteCount)
      }
      #expect(try resident() - before < 100 * Self.megabyte)
    }
  }

  @Test("Allocators are equal when their memory is interchangeable, wherever they were made")
  func equality() {
    #expect(Allocator.host == .host && Allocator.host != .hugePages)
    #expect(Allocator.hugePages == .hugePages(above: 1 << 20))
    #expect(Allocator.hugePages(above: 5) == .hugePages(above: 5))
    #expect(Allocator.hugePages(above: -5) == .hugePages(above: 0))
    #expect(Allocator.hugePages(above: 5) != .hugePages(above: 6))
    let counting = Counting()
    #expect(Allocator(counting) == Allocator(counting))
    #expect(Allocator(counting) != Allocator(Counting()))
    #expect(Set([Allocator.hugePages(above: 5), .hugePages(above: 5), .host, .host, .hugePages]).count == 3)
    #expect("\(Allocator.host)" == "host" && "\(Allocator.hugePages)" == "huge pages")
    #expect("\(Allocator.hugePages(above: 5))" == "huge pages above 5 bytes")
  }

  @Test("An allocator of one's own gives, takes back and refuses in its own words")
  func ownAllocator() throws {
    let allocator = Allocator(Counting())
    var allocation = try Allocation(count: 10, of: Float.self, allocator: allocator)
    var span = allocation.mutableSpan(as: Float.self)
    for index in span.indices { span[index] = Float(index) }
    let last = allocation.span(as: Float.self)[9]
    #expect(last == 9)
    do {
      _ = try Allocation(byteCount: 1000, allocator: allocator)
      Issue.record("was not refused")
    } catch {
      #expect("\(error)" == "allocator \"counting\" has no 1000 bytes: the device is gone")
    }
  }

  @Test("Spans hold as many elements as fit whole")
  func spans() throws {
    var allocation = try Allocation(byteCount: 31)
    let longs = allocation.span(as: Int64.self).count
    let shorts = allocation.mutableSpan(as: UInt16.self).count
    #expect(longs == 3 && shorts == 15)
    let elements = try Allocation(count: 7, of: Wide.self, alignment: 1)
    let (byteCount, start) = (elements.byteCount, address(of: elements))
    #expect(byteCount == 7 * 64 && start % 64 == 0)
    let vectors = elements.span(as: Wide.self).count
    #expect(vectors == 7)
  }
}
