import Halo

/// An allocator that has no memory.
final class NoMemory: MemoryAllocator {
  let name = "no memory"

  func allocate(byteCount: Int, alignment: Int) throws(AllocationError) -> UnsafeMutableRawPointer {
    throw AllocationError(allocator: name, byteCount: byteCount, reason: .refused("it never has any"))
  }

  func deallocate(_ base: UnsafeMutableRawPointer, byteCount: Int, alignment: Int) {}
}
