internal import CMPI
internal import Glibc
internal import Strided
internal import Synchronization

/// One send or receive without MPI: what MPI keeps behind a request.
///
/// Its memory must stay where it is from a start to its end. A send lies in the mailbox of its destination until a
/// receive takes it, and the copy goes straight from the one's memory to the other's.
@safe
final class LocalTransfer: @unchecked Sendable {
  /// What came of a transfer.
  struct Arrival {
    var status: Status
    /// The message was longer than the memory meant for it, which holds what of it fits.
    var isCutOff: Bool
  }

  let receives: Bool
  /// The rank whose transfer it is.
  let rank: Int32
  /// Where a send goes; where a receive's message is to come from, which may be `MPI_ANY_SOURCE`.
  let peer: Int32
  /// May be `MPI_ANY_TAG` for a receive.
  let tag: Int32
  let byteCount: Int
  /// The next in the queue that this transfer lies in, and when it arrives there; only under the mailbox's lock.
  var next: LocalTransfer?
  var due: Int64 = 0

  /// Where the caller's elements lie.
  private let elements: UnsafeMutableRawPointer?
  /// What the message is sent from, in one block, or received to.
  private let memory: UnsafeMutableRawPointer?
  private let ownsMemory: Bool
  /// Where the elements lie from `elements` on; none if they are one block.
  private let layouts: [Layout]
  private let mailbox: Mailbox?
  private let bell: Doorbell?
  private let isPersistent: Bool
  /// Holds a message that nobody has asked for yet, so that this transfer can end before.
  private var copy: LocalTransfer?
  private var arrival: Arrival
  private let state = Atomic<UInt8>(State.idle)

  private enum State {
    static let idle: UInt8 = 0
    static let pending: UInt8 = 1
    static let complete: UInt8 = 2
  }

  /// Messages of up to so many bytes are copied rather than waited with.
  static let mostBytesCopied = 4096

  init(
    receives: Bool, rank: Int32, peer: Int32, tag: Int32, memory: UnsafeMutableRawPointer?, byteCount: Int,
    layouts: [Layout] = [], isPersistent: Bool = false, mailbox: Mailbox?, bell: Doorbell?
  ) {
    self.receives = receives
    self.rank = rank
    self.peer = peer
    self.tag = tag
    self.byteCount = byteCount
    self.layouts = layouts
    self.isPersistent = isPersistent
    self.mailbox = mailbox
    self.bell = bell
    ownsMemory = !receives && !layouts.isEmpty
    unsafe elements = memory
    unsafe self.memory = ownsMemory ? .allocate(byteCount: max(1, byteCount), alignment: 16) : memory
    // What comes of it in a world that exchanges nothing; else replaced.
    arrival = Arrival(
      status: Status(source: Int(max(0, peer)), tag: Int(max(0, tag)), byteCount: byteCount), isCutOff: false)
    if isPersistent, !receives, mailbox != nil, byteCount <= LocalTransfer.mostBytesCopied {
      copy = LocalTransfer(roomFor: self)
    }
  }

  /// Room for a copy of the message of `original`.
  private init(roomFor original: LocalTransfer) {
    receives = false
    rank = original.rank
    peer = original.peer
    tag = original.tag
    byteCount = original.byteCount
    layouts = []
    isPersistent = false
    mailbox = nil
    bell = nil
    unsafe elements = nil
    unsafe memory = .allocate(byteCount: max(1, original.byteCount), alignment: 16)
    ownsMemory = true
    arrival = original.arrival
  }

  deinit { if ownsMemory { unsafe memory?.deallocate() } }

  /// Whether it has started and not ended, as far as its owner has looked.
  var isPending: Bool { state.load(ordering: .relaxed) != State.idle }

  // MARK: For its owner

  func start() {
    if !receives, !layouts.isEmpty, let from = unsafe elements, let into = unsafe memory {
      unsafe Datatype.pack(from: UnsafeRawPointer(from), into: into, layouts)
    }
    guard let mailbox else {
      state.store(State.complete, ordering: .relaxed)
      return
    }
    state.store(State.pending, ordering: .relaxed)
    if receives { mailbox.post(receive: self) } else { mailbox.post(send: self) }
  }

  /// What came of it, once it has ended; the owner may start it anew then.
  func test() -> Arrival? {
    if state.load(ordering: .acquiring) != State.complete {
      mailbox?.deliver(for: bell)
      guard state.load(ordering: .acquiring) == State.complete else { return nil }
    }
    state.store(State.idle, ordering: .relaxed)
    return arrival
  }

  /// Takes it back if it is pending; where it has met its other side, that ends it first.
  func withdraw() {
    guard state.load(ordering: .acquiring) == State.pending, let mailbox else {
      state.store(State.idle, ordering: .relaxed)
      return
    }
    if !mailbox.withdraw(self) {
      while state.load(ordering: .acquiring) == State.pending { sched_yield() }
    }
    state.store(State.idle, ordering: .relaxed)
  }

  // MARK: For mailboxes

  /// Whether the message of a send is one from `source` with `tag`, either of which may be any.
  func fits(_ source: Int32, _ tag: Int32) -> Bool {
    (source == MPI_ANY_SOURCE || source == rank) && (tag == MPI_ANY_TAG || tag == self.tag)
  }

  /// A copy of a send's message to queue in its place, with which the send ends; `nil` if it has to wait.
  func copied() -> LocalTransfer? {
    guard byteCount <= LocalTransfer.mostBytesCopied else { return nil }
    let copy = isPersistent ? copy : LocalTransfer(roomFor: self)
    // The copy of the start before may still lie there.
    guard let copy, copy.state.load(ordering: .acquiring) != State.pending else { return nil }
    if let from = unsafe memory { unsafe copy.memory?.copyMemory(from: from, byteCount: byteCount) }
    copy.state.store(State.pending, ordering: .relaxed)
    end()
    return copy
  }

  /// Brings the message of a send to a receive, which ends both.
  static func pass(_ send: LocalTransfer, to receive: LocalTransfer) {
    receive.arrival = Arrival(status: send.message, isCutOff: send.byteCount > receive.byteCount)
    if receive.layouts.isEmpty || send.byteCount != receive.byteCount {
      unsafe send.copyMessage(to: receive.layouts.isEmpty ? receive.memory : nil, atMost: receive.byteCount)
    } else if let from = unsafe send.memory, let into = unsafe receive.memory {
      unsafe Datatype.unpack(from: from, into: into, receive.layouts)
    }
    receive.end()
    send.end()
  }

  /// What is known of the message of a send.
  var message: Status { Status(source: Int(rank), tag: Int(tag), byteCount: byteCount) }

  /// Brings the message of a send that was taken out of its mailbox to `memory`, which ends it.
  func pass(into memory: UnsafeMutableRawPointer?) {
    unsafe copyMessage(to: memory, atMost: byteCount)
    end()
  }

  /// The same, to the elements of `layouts`.
  func pass(into elements: UnsafeMutableRawPointer, as layouts: [Layout]) {
    if let from = unsafe memory { unsafe Datatype.unpack(from: from, into: elements, layouts) }
    end()
  }

  private func copyMessage(to target: UnsafeMutableRawPointer?, atMost room: Int) {
    let count = min(byteCount, room)
    guard count > 0, let from = unsafe memory, let target = unsafe target else { return }
    unsafe target.copyMemory(from: from, byteCount: count)
  }

  private func end() {
    // Its owner may let it go as soon as it is complete.
    let bell = bell
    state.store(State.complete, ordering: .releasing)
    bell?.ring()
  }
}
