import Glibc
import Halo

/// Empties the caches of what was used last, by writing to a line of each that an array has.
///
/// The array is twice as large as the largest cache. It is ordinary memory on small pages, so that the table of
/// pages that were used last is emptied too.
final class CacheEviction {
  private let memory: Allocation

  init() throws {
    let largest = sysconf(Int32(_SC_LEVEL3_CACHE_SIZE))
    memory = try Allocation(byteCount: min(max(2 * largest, 64 << 20), 512 << 20), allocator: .host)
  }

  /// Sweeps over the array once.
  func run() {
    let end = unsafe memory.base + memory.byteCount
    var line = unsafe memory.base.assumingMemoryBound(to: UInt8.self)
    while unsafe line < end {
      unsafe line.pointee &+= 1
      unsafe line += 64
    }
  }
}
