import MPI
import Memory
import Strided
import Timing

/// What an exchange comes down to: flat lists of byte copies, buffers and requests, fixed when it is built.
///
/// Nothing in here is generic and nothing is looked up: an exchange runs the lists over the addresses of its
/// fields. One message a peer carries all fields; within it, both ends order the parts by the same key, which is
/// all they must agree on.
@safe
final class HaloProgram {
  /// One box of one field, copied from or to its place in a peer's message.
  struct Part {
    let field: Int
    let offset: Int
    let copy: StridedCopy
  }

  /// Values in a message that change their sign.
  struct Sign {
    let offset: Int
    let pass: StridedArithmetic
  }

  /// One box of one field, copied to another of the same or another field.
  struct Wrap {
    let source: Int
    let destination: Int
    let copy: StridedCopy

    /// Values that change their sign where they were copied to, or are combined into others.
    struct Pass {
      let source: Int
      let destination: Int
      let pass: StridedArithmetic
    }
  }

  /// One box of one field that a part of a peer's message is combined into.
  struct Combine {
    let field: Int
    let offset: Int
    let pass: StridedArithmetic
  }

  /// All that travels between this rank and a peer in one phase.
  struct Message {
    let peer: Int
    let phase: Int
    let packs: Range<Int>
    let signs: Range<Int>
    let unpacks: Range<Int>
    let combines: Range<Int>
    /// What the message is made of; fewer copies may unpack it.
    let partsReceived: Int
    let sendRequest: Int?
    let receiveRequest: Int?
    let bytesSent: Int
    let bytesReceived: Int
  }

  /// What can be done at once: a phase packs what the ones before have brought.
  struct Phase {
    let messages: Range<Int>
    let wraps: Range<Int>
    let wrapPasses: Range<Int>
  }

  let origins: FieldOrigins
  let timer: Timer?
  var times = PhaseTimes()
  /// Runs while messages are on their way.
  var transferClock = Timer.Split(nil)

  let packs: FlatList<Part>
  let signs: FlatList<Sign>
  let unpacks: FlatList<Part>
  let wraps: FlatList<Wrap>
  let wrapPasses: FlatList<Wrap.Pass>
  let combines: FlatList<Combine>
  let messages: FlatList<Message>
  let phases: FlatList<Phase>
  let bytesPacked: Int
  let bytesUnpacked: Int
  let bytesWrapped: Int

  let staging: StagedMessages
  var requests: RequestSet
  /// Which message a request belongs to if it receives one; -1 for those that send.
  let messageOfRequest: FlatList<Int>

  /// The phase under way; the number of phases if all are done.
  var phase = 0
  var hasWrapped = false
  /// The messages of each phase that have not come.
  var awaited: FlatList<Int>
  /// The next message to be combined: in the order of peers, whichever came first.
  var nextToCombine = 0
  var hasCome: FlatList<Bool>

  /// Allocates buffers and requests for lowered links.
  ///
  /// - Parameters:
  ///   - lowered: What to copy where.
  ///   - communicator: The plan's own, on which nobody else sends.
  ///   - origins: Where the fields of an exchange lie.
  ///   - staging: Memory for messages to share with other programs of the plan, if it is large enough.
  ///   - tag: What tells its messages from those of other programs; the first of one a phase.
  ///   - timer: Whose clock is read; none without one.
  init(
    _ lowered: LoweredLinks, over communicator: Communicator, origins: FieldOrigins,
    staging: StagedMessages? = nil,
    tag: Int = 0, timer: Timer?
  ) throws(HaloError) {
    self.origins = origins
    self.timer = timer
    packs = FlatList(lowered.packs)
    signs = FlatList(lowered.signs)
    let fused = lowered.fusedUnpacks()
    unpacks = FlatList(fused.copies)
    wraps = FlatList(lowered.wraps)
    wrapPasses = FlatList(lowered.wrapPasses)
    combines = FlatList(lowered.combines)
    phases = FlatList(lowered.phases)
    bytesPacked = lowered.packs.reduce(0) { $0 + $1.copy.byteCount }
    bytesUnpacked =
      lowered.unpacks.reduce(0) { $0 + $1.copy.byteCount }
      + lowered.combines.reduce(0) { $0 + $1.pass.byteCount }
    bytesWrapped = lowered.wraps.reduce(0) { $0 + $1.copy.byteCount }
    let staging = try HaloError.rethrow { () throws(AllocationError) in
      if let staging, staging.holds(lowered) { return staging }
      return try StagedMessages(
        sendByteCount: lowered.sendByteCount, receiveByteCount: lowered.receiveByteCount)
    }
    self.staging = staging

    var requests = RequestSet(capacity: 2 * lowered.exchanges.count, on: communicator)
    var messageOfRequest: [Int] = []
    var messages: [Message] = []
    // Where nothing arrives, halos stay as they were.
    let arrives = !communicator.isSilent
    for (exchange, unpacks) in zip(lowered.exchanges, fused.ranges) {
      var receiveRequest: Int?
      var sendRequest: Int?
      if exchange.receiveByteCount > 0 {
        receiveRequest = try HaloError.rethrow { () throws(MPIError) in
          try unsafe requests.addPersistentReceive(
            staging.receiveBase + exchange.receiveOffset, byteCount: exchange.receiveByteCount,
            from: exchange.peer, tag: tag + exchange.phase)
        }
        messageOfRequest.append(messages.count)
      }
      if exchange.sendByteCount > 0 {
        sendRequest = try HaloError.rethrow { () throws(MPIError) in
          try unsafe requests.addPersistentSend(
            UnsafeRawPointer(staging.sendBase + exchange.sendOffset), byteCount: exchange.sendByteCount,
            to: exchange.peer, tag: tag + exchange.phase)
        }
        messageOfRequest.append(-1)
      }
      messages.append(
        Message(
          peer: exchange.peer, phase: exchange.phase, packs: exchange.packs, signs: exchange.signs,
          unpacks: arrives ? unpacks : 0..<0, combines: arrives ? exchange.combines : 0..<0,
          partsReceived: exchange.unpacks.count + exchange.combines.count, sendRequest: sendRequest,
          receiveRequest: receiveRequest, bytesSent: exchange.sendByteCount,
          bytesReceived: exchange.receiveByteCount))
    }
    self.messages = FlatList(messages)
    self.messageOfRequest = FlatList(messageOfRequest)
    hasCome = FlatList(messages.map { _ in false })
    awaited = FlatList(lowered.phases.map { _ in 0 })
    self.requests = requests
  }
}
