import MPI
import Memory
import Strided
import Timing
import Topology

/// What a plan comes down to: flat lists of byte copies, buffers and requests, fixed when the plan is built.
///
/// Nothing in here is generic and nothing is looked up: an update binds the addresses of its fields and runs the
/// lists. One message a peer carries all fields; within it, both ends order the parts by field and, within a
/// field, by the sender's direction, which is all they must agree on.
@safe
final class HaloProgram {
  /// One box of one field, copied from or to its place in a peer's message.
  struct Part {
    let field: Int
    let offset: Int
    let copy: StridedCopy
  }

  /// One box of one field, copied to another of the same field.
  struct Wrap {
    let field: Int
    let copy: StridedCopy
  }

  /// All that travels between this rank and a peer.
  struct Message {
    let peer: Int
    let packs: Range<Int>
    let unpacks: Range<Int>
    /// What the message is made of; fewer copies may unpack it.
    let partsReceived: Int
    let sendRequest: Int?
    let receiveRequest: Int?
    let bytesSent: Int
    let bytesReceived: Int
  }

  struct Stopwatches {
    let pack, send, wrap, wait, unpack, interior, boundary: Timer.Stopwatch
  }

  let communicator: Communicator
  let descriptors: [FieldDescriptor?]
  let names: [String]
  let timer: Timer?
  let stopwatches: Stopwatches?

  let packs: FlatList<Part>
  let unpacks: FlatList<Part>
  let wraps: FlatList<Wrap>
  let messages: FlatList<Message>
  let bytesPacked: Int
  let bytesUnpacked: Int
  let bytesWrapped: Int

  let staging: StagedMessages
  var requests: RequestSet
  /// Which message a request belongs to if it receives one; -1 for those that send.
  let messageOfRequest: FlatList<Int>

  /// The fields of the next exchange, filled by the caller.
  var list = FieldList()
  /// The fields of the exchange in flight.
  var flying: [FieldStorage?] = []
  var isInFlight = false
  var origins: FlatList<UnsafeMutableRawPointer>
  /// An exchange that failed midway leaves messages behind that would answer the next one.
  var isBroken = false

  /// Lowers the links of every field; collective over the communicator.
  init(
    fields: [FieldStorage?], links: [[Link]], communicator: Communicator, timer: Timer?
  ) throws(HaloError) {
    self.communicator = communicator
    descriptors = fields.map { $0?.descriptor }
    names = fields.enumerated().map { FieldLabel.text($1?.name, at: $0) }
    self.timer = timer
    stopwatches = timer.map { timer in
      Stopwatches(
        pack: timer.stopwatch("pack"), send: timer.stopwatch("send"), wrap: timer.stopwatch("wrap"),
        wait: timer.stopwatch("wait"), unpack: timer.stopwatch("unpack"),
        interior: timer.stopwatch("interior"), boundary: timer.stopwatch("boundary"))
    }

    let lowered = LoweredLinks(fields: fields, links: links, rank: communicator.rank)
    packs = FlatList(lowered.packs)
    let fused = lowered.fusedUnpacks()
    unpacks = FlatList(fused.copies)
    wraps = FlatList(lowered.wraps)
    bytesPacked = lowered.packs.reduce(0) { $0 + $1.copy.byteCount }
    bytesUnpacked = lowered.unpacks.reduce(0) { $0 + $1.copy.byteCount }
    bytesWrapped = lowered.wraps.reduce(0) { $0 + $1.copy.byteCount }
    let staging = try HaloError.rethrow { () throws(AllocationError) in
      try StagedMessages(sendByteCount: lowered.sendByteCount, receiveByteCount: lowered.receiveByteCount)
    }
    self.staging = staging
    // Bound anew by every exchange; the place of an absent field is never read.
    unsafe origins = FlatList(fields.map { unsafe $0?.origin ?? staging.sendBase })

    var requests = RequestSet(capacity: 2 * lowered.exchanges.count, on: communicator)
    var messageOfRequest: [Int] = []
    var messages: [Message] = []
    for (exchange, unpacks) in zip(lowered.exchanges, fused.ranges) {
      var receiveRequest: Int?
      var sendRequest: Int?
      if exchange.receiveByteCount > 0 {
        receiveRequest = try HaloError.rethrow { () throws(MPIError) in
          try unsafe requests.addPersistentReceive(
            staging.receiveBase + exchange.receiveOffset, byteCount: exchange.receiveByteCount,
            from: exchange.peer, tag: 0)
        }
        messageOfRequest.append(messages.count)
      }
      if exchange.sendByteCount > 0 {
        sendRequest = try HaloError.rethrow { () throws(MPIError) in
          try unsafe requests.addPersistentSend(
            UnsafeRawPointer(staging.sendBase + exchange.sendOffset), byteCount: exchange.sendByteCount,
            to: exchange.peer, tag: 0)
        }
        messageOfRequest.append(-1)
      }
      messages.append(
        Message(
          peer: exchange.peer, packs: exchange.packs, unpacks: unpacks,
          partsReceived: exchange.unpacks.count, sendRequest: sendRequest, receiveRequest: receiveRequest,
          bytesSent: exchange.sendByteCount, bytesReceived: exchange.receiveByteCount))
    }
    self.messages = FlatList(messages)
    self.messageOfRequest = FlatList(messageOfRequest)
    self.requests = requests
    list.storages.reserveCapacity(fields.count)
    flying.reserveCapacity(fields.count)
  }

  /// Ends the use of this plan after an exchange that failed midway.
  ///
  /// MPI may still read and write the staged messages, and messages of its peers may still be on their way to its
  /// communicator: neither is ever freed.
  func giveUp() {
    isBroken = true
    _ = unsafe Unmanaged.passRetained(self)
  }
}
