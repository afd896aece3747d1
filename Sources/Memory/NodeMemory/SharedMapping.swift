internal import Glibc

/// A shared file's bytes at addresses of this process, from a multiple of 2 MiB on.
@safe
package final class SharedMapping: @unchecked Sendable {
  /// The address of the first byte.
  package let base: UnsafeMutableRawPointer
  /// The bytes, most of which take no memory.
  package let byteCount: Int
  /// The file that is mapped.
  package let file: SharedFile

  /// Maps a file, whose end may lie at `byteCount` or behind.
  package init(_ file: SharedFile, byteCount: Int) throws(SharedMemoryError) {
    let alignment = HugePageAllocator.pageSize
    // A place is reserved first, so that an aligned start lies within; its ends go back.
    let reserved = byteCount + alignment
    let start = unsafe mmap(nil, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { throw SharedMemoryError("mmap") }
    let base = unsafe start.alignedUp(toMultipleOf: alignment)
    let head = unsafe base - start
    if head > 0 { _ = unsafe munmap(start, head) }
    if head < alignment { _ = unsafe munmap(base + byteCount, alignment - head) }
    let mapped = unsafe mmap(
      base, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, file.descriptor, 0)
    guard unsafe mapped == base else {
      let error = SharedMemoryError("mmap")
      _ = unsafe munmap(base, byteCount)
      throw error
    }
    // Writing a core dump would fill every hole with memory.
    _ = unsafe madvise(base, byteCount, MADV_DONTDUMP)
    unsafe self.base = base
    self.byteCount = byteCount
    self.file = file
  }

  deinit { _ = unsafe munmap(base, byteCount) }
}
