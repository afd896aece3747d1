internal import Glibc

/// Memory on huge pages above a size, ordinary memory up to it.
final class HugePageAllocator: MemoryAllocator {
  static let pageSize = 2 << 20

  /// Half a huge page: rounding up wastes at most as much again.
  static let defaultThreshold = pageSize / 2

  let threshold: Int
  private let small = HostAllocator()

  init(above threshold: Int) {
    self.threshold = max(threshold, 0)
  }

  var name: String {
    threshold == Self.defaultThreshold ? "huge pages" : "huge pages above \(threshold) bytes"
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
    // One page more than needed, so that an aligned start lies within; the ends go back.
    let (padded, overflow) = byteCount.addingReportingOverflow(2 * Self.pageSize - 1)
    guard !overflow else {
      throw AllocationError(allocator: name, byteCount: byteCount, reason: .outOfMemory(errorNumber: ENOMEM))
    }
    let mapped = padded / Self.pageSize * Self.pageSize
    let size = mapped - Self.pageSize
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
    return unsafe base
  }

  func deallocate(_ base: UnsafeMutableRawPointer, byteCount: Int, alignment: Int) {
    guard byteCount > threshold else {
      unsafe small.deallocate(base, byteCount: byteCount, alignment: alignment)
      return
    }
    let size = (byteCount + Self.pageSize - 1) / Self.pageSize * Self.pageSize
    guard unsafe munmap(base, size) == 0 else {
      fatalError("Memory of \(byteCount) bytes was given back that this allocator did not give.")
    }
  }

  func isInterchangeable(with other: any MemoryAllocator) -> Bool {
    (other as? HugePageAllocator)?.threshold == threshold
  }
}
