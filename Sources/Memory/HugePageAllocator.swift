internal import Glibc
import Synchronization

/// Memory on huge pages above a size, ordinary memory up to it.
final class HugePageAllocator: MemoryAllocator {
  static let pageSize = 2 << 20

  /// Half a huge page: rounding up wastes at most as much again.
  static let defaultThreshold = pageSize / 2

  private static let lineBytes = 64

  // A line more than a small page: the same cell of 16 arrays of one shape then falls on 16 different sets of the
  // first-level cache (64 sets of a line) as well as of the larger ones, and on no two equal offsets in a page, which
  // the processor would take for the same address when a load follows a store.
  private static let offsetStep = 4096 + lineBytes
  private static let offsetCount = 16
  private static let allocations = Atomic<Int>(0)

  let threshold: Int
  private let small = HostAllocator()

  init(above threshold: Int) {
    self.threshold = max(threshold, 0)
  }

  var name: String {
    threshold == Self.defaultThreshold ? "huge pages" : "huge pages above \(threshold) bytes"
  }

  /// Where in its first page the next array begins.
  static func nextOffset() -> Int {
    let number = allocations.wrappingAdd(1, ordering: .relaxed).oldValue
    return (number & (offsetCount - 1)) * offsetStep
  }

  /// The bytes of the mapping that holds an array, `nil` if they cannot be counted.
  private static func mappedBytes(_ byteCount: Int, at offset: Int) -> Int? {
    let (padded, overflow) = byteCount.addingReportingOverflow(2 * pageSize)
    guard !overflow, padded <= Int.max - pageSize else { return nil }
    let whole = byteCount.rounded(upToMultipleOf: pageSize)
    // What the offset pushes over the end is not worth a huge page.
    let end = (offset + byteCount).rounded(upToMultipleOf: 4096)
    return max(whole, end)
  }

  func allocate(byteCount: Int, alignment: Int) throws(AllocationError) -> UnsafeMutableRawPointer {
    try checkRequest(byteCount: byteCount, alignment: alignment)
    guard alignment <= Self.pageSize else {
      throw AllocationError(allocator: name, byteCount: byteCount, reason: .unsupportedAlignment(alignment))
    }
    guard byteCount > threshold else {
      do {
        return try unsafe small.allocate(byteCount: byteCount, alignment: alignment)
      } catch {
        throw AllocationError(allocator: name, byteCount: byteCount, reason: error.reason)
      }
    }
    let offset = alignment <= Self.lineBytes ? Self.nextOffset() : 0
    guard let size = Self.mappedBytes(byteCount, at: offset) else {
      throw AllocationError(allocator: name, byteCount: byteCount, reason: .outOfMemory(errorNumber: ENOMEM))
    }
    // One page more than needed, so that an aligned start lies within; the ends go back.
    let mapped = size + Self.pageSize
    let start = unsafe mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else {
      throw AllocationError(allocator: name, byteCount: byteCount, reason: .outOfMemory(errorNumber: errno))
    }
    let base = unsafe start.alignedUp(toMultipleOf: Self.pageSize)
    let head = unsafe base - start
    if head > 0 { _ = unsafe munmap(start, head) }
    let tail = Self.pageSize - head
    if tail > 0 { _ = unsafe munmap(base + size, tail) }
    // A kernel without huge pages refuses; the memory is good without them.
    _ = unsafe madvise(base, size, MADV_HUGEPAGE)
    return unsafe base + offset
  }

  func deallocate(_ base: UnsafeMutableRawPointer, byteCount: Int, alignment: Int) {
    guard byteCount > threshold else {
      unsafe small.deallocate(base, byteCount: byteCount, alignment: alignment)
      return
    }
    // Offsets are less than a page, so that the address tells its own.
    let offset = Int(bitPattern: base) % Self.pageSize
    guard let size = Self.mappedBytes(byteCount, at: offset), unsafe munmap(base - offset, size) == 0 else {
      fatalError("Memory of \(byteCount) bytes was given back that this allocator did not give.")
    }
  }

  func isInterchangeable(with other: any MemoryAllocator) -> Bool {
    (other as? HugePageAllocator)?.threshold == threshold
  }
}
