internal import Glibc

/// Ordinary memory of the process.
final class HostAllocator: MemoryAllocator {
  /// A cache line: no two allocations share one, and vector loads are aligned.
  static let minimumAlignment = 64

  var name: String { "host" }

  func allocate(byteCount: Int, alignment: Int) throws(AllocationError) -> UnsafeMutableRawPointer {
    try checkRequest(byteCount: byteCount, alignment: alignment)
    var base: UnsafeMutableRawPointer?
    // No bytes still need an address of their own.
    let size = max(byteCount, 1)
    let status = unsafe posix_memalign(&base, max(alignment, Self.minimumAlignment), size)
    guard status == 0, let base = unsafe base else {
      throw AllocationError(
        allocator: name, byteCount: byteCount,
        reason: .outOfMemory(errorNumber: status == 0 ? ENOMEM : status))
    }
    unsafe memset(base, 0, size)
    return unsafe base
  }

  func deallocate(_ base: UnsafeMutableRawPointer, byteCount: Int, alignment: Int) {
    unsafe free(base)
  }

  func isInterchangeable(with other: any MemoryAllocator) -> Bool {
    other is HostAllocator
  }
}

extension MemoryAllocator {
  /// Refuses what no allocator can give.
  func checkRequest(byteCount: Int, alignment: Int) throws(AllocationError) {
    guard byteCount >= 0 else {
      throw AllocationError(allocator: name, byteCount: byteCount, reason: .negativeSize)
    }
    guard alignment > 0, alignment & (alignment - 1) == 0 else {
      throw AllocationError(
        allocator: name, byteCount: byteCount, reason: .unsupportedAlignment(alignment))
    }
  }
}
