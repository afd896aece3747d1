import Halo

/// The memory of one chunk, used for one after the other.
@safe
final class ChunkMemory {
  private var allocation: Allocation?
  private var byteCount = 0

  /// Room for a chunk; what it holds is left from the one before.
  func room(for byteCount: Int) throws(Problem) -> UnsafeMutableRawBufferPointer {
    if self.byteCount < byteCount {
      allocation = nil
      self.byteCount = 0
      do {
        allocation = try Allocation(byteCount: byteCount, allocator: .hugePages)
      } catch {
        throw Problem(.outOfMemory, "memory for a chunk: \(error)")
      }
      self.byteCount = byteCount
    }
    switch allocation {
    case .some(let allocation):
      return unsafe UnsafeMutableRawBufferPointer(start: allocation.base, count: byteCount)
    case .none: return unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }
  }
}
