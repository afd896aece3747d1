import Glibc
import Halo

/// Memory from the allocator that fields and plans use, with bytes behind it that nothing may write.
final class MemoryBlock {
  /// The bytes that may be written.
  let byteCount: Int
  private let allocation: Allocation
  private static let guardBytes = 256

  init(byteCount: Int) throws {
    self.byteCount = byteCount
    allocation = try Allocation(byteCount: byteCount + Self.guardBytes, allocator: .hugePages(above: 0))
  }

  /// The first byte; good as long as the block is.
  var base: UnsafeMutableRawPointer { unsafe allocation.base }

  /// The bytes that may be written; good as long as the block is.
  var bytes: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(start: base, count: byteCount)
  }

  /// Fills all of it, with other bytes at every place and for every seed.
  func fill(seed: UInt64) {
    let words = unsafe UnsafeMutableRawBufferPointer(start: base, count: allocation.byteCount)
    var state = seed &* 0xD1B5_4A32_D192_ED03
    for offset in stride(from: 0, to: allocation.byteCount - 7, by: 8) {
      state &+= 0x9E37_79B9_7F4A_7C15
      let mixed = (state ^ (state >> 31)) &* 0xBF58_476D_1CE4_E5B9
      unsafe words.storeBytes(of: mixed ^ (mixed >> 29), toByteOffset: offset, as: UInt64.self)
    }
  }

  /// Whether all bytes, those behind the end too, are another's.
  func holdsSame(as other: MemoryBlock) -> Bool {
    guard allocation.byteCount == other.allocation.byteCount else { return false }
    return unsafe memcmp(base, other.base, allocation.byteCount) == 0
  }
}
