internal import CMPI
internal import Strided

/// A rank of a world that exchanges nothing.
final class SilentRank: Carrier {
  let rank: Int
  let size: Int

  init(_ rank: Int, of size: Int) {
    self.rank = rank
    self.size = size
  }

  var isSilent: Bool { true }
  var bell: Doorbell? { nil }
  func wake(_ rank: Int) {}
  var delaysMessages: Bool { false }
  var endedBy: Int? { nil }
  func requireRunning() {}
  func end(with error: MPIError) {}

  func transfer(
    receives: Bool, peer: Int32, tag: Int32, memory: UnsafeMutableRawPointer?, byteCount: Int,
    layouts: [Layout], isPersistent: Bool
  ) -> LocalTransfer {
    unsafe LocalTransfer(
      receives: receives, rank: Int32(rank), peer: peer, tag: tag, memory: nil, byteCount: byteCount,
      isPersistent: isPersistent, mailbox: nil, bell: nil)
  }

  func probe(from source: Int32, tag: Int32, waits: Bool) -> Status? {
    waits ? Status(source: Int(max(0, source)), tag: Int(max(0, tag)), byteCount: 0) : nil
  }

  func match(from source: Int32, tag: Int32, byteCount: Int) -> LocalTransfer? {
    unsafe LocalTransfer(
      receives: false, rank: max(0, source), peer: Int32(rank), tag: max(0, tag), memory: nil,
      byteCount: byteCount, mailbox: nil, bell: nil)
  }

  func join(_ collective: Collective, _ memory: CollectiveMemory) {
    // What another rank deals is not known.
    if case .scatter(let root, _) = collective, root != rank { return }
    unsafe collective.perform(over: size, for: [rank]) { _ in unsafe memory }
  }

  var hasMet: Bool { true }
  func leave() -> Bool { false }
  var disagreement: String? { nil }
  func takePart() -> (any Carrier)? { SilentRank(rank, of: size) }
}
