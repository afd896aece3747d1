internal import Memory
internal import Strided

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

  /// Takes the memory that is best used next: what came back last is the likeliest to be in the processor's cache, and
  /// of what may still be in transfer, what came back first is the likeliest to be done.
  func next() -> Idle? {
    guard key.allocator.implementation.mayBeGivenBackInTransfer else { return idle.popLast() }
    return idle.isEmpty ? nil : idle.removeFirst()
  }
}
