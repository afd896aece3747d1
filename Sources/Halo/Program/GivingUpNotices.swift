import MPI

/// Empty messages that tell peers that a rank has given up an exchange, for those that wait for its messages.
///
/// Peers look whether one has come and leave it where it is; it is not taken back as long as this lives.
final class GivingUpNotices {
  private var sends: RequestSet

  /// Sends them; those that cannot be sent are not missed but for the time that their peers wait.
  init(to peers: some Sequence<Int>, over communicator: Communicator) {
    let peers = Array(peers)
    sends = RequestSet(capacity: peers.count, on: communicator)
    do throws(MPIError) {
      for peer in peers {
        _ = try unsafe sends.addPersistentSend(nil, byteCount: 0, to: peer, tag: PlanTag.givingUp)
      }
      try sends.startAll()
    } catch {
      return
    }
  }
}
