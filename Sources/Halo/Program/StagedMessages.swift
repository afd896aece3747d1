import Memory

/// The memory of all messages of a plan, to send from and to receive into.
@safe
final class StagedMessages {
  let sendBase: UnsafeMutableRawPointer
  let receiveBase: UnsafeMutableRawPointer
  private let send: StagingMemory
  private let receive: StagingMemory

  /// - Parameter allocator: Memory that as many peers as possible reach: they may unpack what is sent out of it.
  init(sendByteCount: Int, receiveByteCount: Int, allocator: Allocator) throws(AllocationError) {
    send = try StagingMemory(byteCount: sendByteCount, allocator: allocator)
    receive = try StagingMemory(byteCount: receiveByteCount, allocator: allocator)
    unsafe sendBase = send.allocation.base
    unsafe receiveBase = receive.allocation.base
  }

  /// The same memory for messages that go the other way.
  init(returning other: StagedMessages) {
    (send, receive) = (other.receive, other.send)
    unsafe (sendBase, receiveBase) = (other.receiveBase, other.sendBase)
  }

  /// Whether there is room for the messages of a phase or more.
  func holds(_ lowered: LoweredLinks) -> Bool {
    lowered.sendByteCount <= send.allocation.byteCount
      && lowered.receiveByteCount <= receive.allocation.byteCount
  }

  private final class StagingMemory {
    let allocation: Allocation

    init(byteCount: Int, allocator: Allocator) throws(AllocationError) {
      allocation = try Allocation(byteCount: byteCount, allocator: allocator)
    }
  }
}
