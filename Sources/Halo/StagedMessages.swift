import Memory

/// The memory of all messages of a plan, to send from and to receive into.
@safe
final class StagedMessages {
  let sendBase: UnsafeMutableRawPointer
  let receiveBase: UnsafeMutableRawPointer
  private let send: Allocation
  private let receive: Allocation

  init(sendByteCount: Int, receiveByteCount: Int) throws(AllocationError) {
    send = try Allocation(byteCount: sendByteCount, allocator: .hugePages)
    receive = try Allocation(byteCount: receiveByteCount, allocator: .hugePages)
    unsafe sendBase = send.base
    unsafe receiveBase = receive.base
  }
}
