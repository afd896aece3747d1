internal import CMPI

/// The messages for one rank of one communicator of a local world, and the receives that wait for them.
///
/// Messages meet receives in MPI's order (MPI 3.1, section 3.5): a receive takes the first message that fits, a message
/// the first receive that takes it, and the messages of one rank arrive in the order in which they were sent.
final class Mailbox: @unchecked Sendable {
  private let lock = Lock()
  private let owner: Doorbell
  private var messages = TransferQueue()
  private var receives = TransferQueue()

  /// When messages arrive; at once if there is none.
  private let schedule: DeliverySchedule?
  private var underWay = TransferQueue()
  /// Of each rank, how many messages it has sent and when the last one arrives.
  private var sent: [(count: UInt64, due: Int64)]

  init(of owner: Doorbell, ranks: Int, schedule: DeliverySchedule?) {
    self.owner = owner
    self.schedule = schedule
    sent = schedule == nil ? [] : Array(repeating: (0, 0), count: ranks)
  }

  deinit {
    messages.removeAll()
    receives.removeAll()
    underWay.removeAll()
  }

  /// Sends a message here.
  func post(send: LocalTransfer) {
    if let schedule {
      lock.withLock { underWay.append(scheduled(send, by: schedule)) }
    } else if let receive = lock.withLock({ meet(send, canCopy: true) }) {
      return LocalTransfer.pass(send, to: receive)
    }
    owner.ring()
  }

  /// Asks for a message.
  func post(receive: LocalTransfer) {
    deliver(for: nil)
    let send = lock.withLock { () -> LocalTransfer? in
      let send = messages.removeFirst { $0.fits(receive.peer, receive.tag) }
      if send == nil { receives.append(receive) }
      return send
    }
    if let send { LocalTransfer.pass(send, to: receive) }
  }

  /// Takes a transfer out that has not met its other side; whether it was there.
  func withdraw(_ transfer: LocalTransfer) -> Bool {
    lock.withLock {
      let isIt = { (other: LocalTransfer) in other === transfer }
      let found =
        transfer.receives
        ? receives.removeFirst(where: isIt)
        : messages.removeFirst(where: isIt) ?? underWay.removeFirst(where: isIt)
      return found != nil
    }
  }

  /// What is known of the first message that fits.
  func peek(from source: Int32, tag: Int32) -> Status? {
    lock.withLock { messages.first { $0.fits(source, tag) }?.message }
  }

  /// Takes out the first message that fits.
  func take(from source: Int32, tag: Int32) -> LocalTransfer? {
    lock.withLock { messages.removeFirst { $0.fits(source, tag) } }
  }

  /// The receive for a message, or `nil` with the message, or its copy, put down here.
  private func meet(_ send: LocalTransfer, canCopy: Bool) -> LocalTransfer? {
    if let receive = receives.removeFirst(where: { send.fits($0.peer, $0.tag) }) { return receive }
    messages.append((canCopy ? send.copied() : nil) ?? send)
    return nil
  }

  // MARK: Delayed delivery

  /// Lets those messages arrive that are due; `waiting` is woken when the next one is.
  ///
  /// Called by whoever waits for a transfer, on either side of it.
  func deliver(for waiting: Doorbell?) {
    guard schedule != nil else { return }
    let now = CMPI_nanoseconds()
    while let (send, receive) = nextDue(by: now) {
      if let receive { LocalTransfer.pass(send, to: receive) } else { owner.ring() }
    }
    guard let waiting, let due = lock.withLock({ underWay.least { $0.due } }) else { return }
    waiting.setAlarm(at: due)
  }

  private func nextDue(by now: Int64) -> (send: LocalTransfer, receive: LocalTransfer?)? {
    lock.withLock {
      guard let send = underWay.removeLeast(by: { $0.due }, upTo: now) else { return nil }
      return (send, meet(send, canCopy: false))
    }
  }

  private func scheduled(_ send: LocalTransfer, by schedule: DeliverySchedule) -> LocalTransfer {
    let source = Int(send.rank)
    let number = sent[source].count
    let due = max(
      CMPI_nanoseconds() + schedule.delay(of: number, from: source), sent[source].due)
    sent[source] = (number + 1, due)
    let queued = (schedule.copies(number, from: source) ? send.copied() : nil) ?? send
    queued.due = due
    return queued
  }
}
