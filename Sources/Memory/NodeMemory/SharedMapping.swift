internal import CSharedMemory
internal import Glibc

/// Memory of several processes at addresses of this one.
@safe
package final class SharedMapping: @unchecked Sendable {
  /// The address of the first byte.
  package let base: UnsafeMutableRawPointer
  /// The bytes, most of which take no memory.
  package let byteCount: Int
  /// The file that is mapped from its first byte on; `nil` if it is not known.
  package let file: SharedFile?

  private let start: UnsafeMutableRawPointer
  private let mappedBytes: Int

  /// Maps a file, whose end may lie at `byteCount` or behind, from an address on that is a multiple of 2 MiB.
  package init(_ file: SharedFile, byteCount: Int) throws(SharedMemoryError) {
    let alignment = HugePageAllocator.pageSize
    // A place is reserved first, so that an aligned start lies within; its ends go back.
    let reserved = byteCount + alignment
    let place = unsafe mmap(nil, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let place = unsafe place, unsafe place != MAP_FAILED else { throw SharedMemoryError("mmap") }
    let base = unsafe place.alignedUp(toMultipleOf: alignment)
    let head = unsafe base - place
    if head > 0 { _ = unsafe munmap(place, head) }
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
    unsafe start = base
    unsafe self.base = base
    mappedBytes = byteCount
    self.byteCount = byteCount
    self.file = file
  }

  /// Maps again what is mapped already, so that it stays when the first mapping goes.
  @unsafe
  package init(copyOf original: UnsafeMutableRawPointer, byteCount: Int) throws(SharedMemoryError) {
    let page = sysconf(Int32(_SC_PAGESIZE))
    let head = Int(UInt(bitPattern: original) % UInt(page))
    mappedBytes = (head + byteCount).rounded(upToMultipleOf: page)
    let copy = unsafe halo_map_again(original - head, mappedBytes)
    guard let copy = unsafe copy, unsafe copy != MAP_FAILED else { throw SharedMemoryError("mremap") }
    _ = unsafe madvise(copy, mappedBytes, MADV_DONTDUMP)
    unsafe start = copy
    unsafe base = copy + head
    self.byteCount = byteCount
    file = nil
  }

  deinit { _ = unsafe munmap(start, mappedBytes) }
}
