internal import Memory
internal import Strided

/// The memory of one buffer: the same object while it is lent and while it is idle.
// In one hand at a time: that of the buffer it is lent to or, under the cache's lock, its line's.
final class BufferMemory: @unchecked Sendable {
  let allocation: Allocation

  init(for line: BufferLine) throws(AllocationError) {
    allocation = try Allocation(
      byteCount: line.layout.byteCount, alignment: max(64, line.key.dtype.alignment),
      allocator: line.key.allocator)
  }
}

/// The buffers of one key: those that are idle, and how many are lent out.
// What can change is read and written only under the lock of the one cache that has the line.
final class BufferLine: @unchecked Sendable {
  struct Idle {
    let memory: BufferMemory
    let givenBackAt: UInt64
  }

  let key: BufferKey

  /// Where the elements of each buffer lie: contiguous, the last axis fastest.
  let layout: Layout

  /// In the order in which they came back.
  var idle: ContiguousArray<Idle> = []

  var lentCount = 0

  /// `nil` if no memory can have the size.
  init?(_ key: BufferKey) {
    guard Layout.byteCount(contiguous: key.shape, itemSize: key.dtype.size) != nil else { return nil }
    self.key = key
    layout = Layout(contiguous: key.shape, itemSize: key.dtype.size)
  }
}
