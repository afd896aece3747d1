internal import CMPI
internal import Strided

/// One rank of a communicator of a local world.
final class LocalRank: Carrier {
  let rank: Int
  private let group: LocalGroup
  /// The number of the collective call that this rank joined last.
  private var meeting: UInt64 = 0

  init(_ rank: Int, of group: LocalGroup) {
    self.rank = rank
    self.group = group
  }

  var size: Int { group.members.count }
  var isSilent: Bool { false }
  var bell: Doorbell? { ownBell }
  func wake(_ rank: Int) { group.run.bells[group.members[rank]].ring() }
  var delaysMessages: Bool { group.run.delivery != .immediate }
  var endedBy: Int? { group.run.endedBy }
  func requireRunning() { group.run.requireRunning() }
  func end(with error: MPIError) { group.run.fail(error, on: group.members[rank]) }

  private var ownBell: Doorbell { group.run.bells[group.members[rank]] }
  private var mailbox: Mailbox { group.mailboxes[rank] }

  // MARK: Messages

  func transfer(
    receives: Bool, peer: Int32, tag: Int32, memory: UnsafeMutableRawPointer?, byteCount: Int,
    layouts: [Layout], isPersistent: Bool
  ) -> LocalTransfer {
    unsafe LocalTransfer(
      receives: receives, rank: Int32(rank), peer: peer, tag: tag, memory: memory, byteCount: byteCount,
      layouts: layouts, isPersistent: isPersistent,
      mailbox: receives ? mailbox : group.mailboxes[Int(peer)], bell: ownBell)
  }

  func probe(from source: Int32, tag: Int32, waits: Bool) -> Status? {
    mailbox.deliver(for: ownBell)
    return mailbox.peek(from: source, tag: tag)
  }

  func match(from source: Int32, tag: Int32, byteCount: Int) -> LocalTransfer? {
    mailbox.deliver(for: ownBell)
    return mailbox.take(from: source, tag: tag)
  }

  // MARK: Collective calls

  func join(_ collective: Collective, _ memory: CollectiveMemory) {
    meeting = unsafe group.meetingPoint.join(rank, collective, memory, in: group)
  }

  var hasMet: Bool { group.meetingPoint.hasMet(meeting) }
  func leave() -> Bool { group.meetingPoint.leave(rank, meeting) }
  var disagreement: String? { group.meetingPoint.disagreement }

  func takePart() -> (any Carrier)? {
    guard let (part, rank) = group.meetingPoint.takePart(of: rank) else { return nil }
    return LocalRank(rank, of: part)
  }
}
