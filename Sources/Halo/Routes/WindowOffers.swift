import MPI
import Memory
import Strided

/// The flags of all messages that one program sends to ranks which reach this one's memory.
@safe
final class WindowOffers {
  /// One message that is sent.
  struct Outgoing {
    let flags: WindowFlags
    /// The places, in the list of fields, of those whose cells are offered.
    let fields: [Int]
    /// Whether a receiver may copy the cells where they are: nothing that arrives meanwhile changes them.
    let offersCells: Bool
  }

  /// One message that is received.
  @safe
  struct Incoming {
    /// One box of one of the fields that are offered.
    struct Piece {
      let place: Int
      let layout: Layout
      let changesSign: Bool
    }

    let flags: WindowFlags
    /// The sender's packed message.
    let message: UnsafeRawPointer
    let pieces: [Piece]
  }

  /// What each exchange of a program sends and receives by way of memory; `nil` where that is not possible.
  struct Pairing {
    var outgoing: [Outgoing?]
    var incoming: [Incoming?]
    /// This rank's flags, and in one process those of the other ranks, who may end earlier than this one.
    var owners: [WindowOffers] = []

    /// No exchange goes by way of memory.
    init(none count: Int) {
      outgoing = Array(repeating: nil, count: count)
      incoming = Array(repeating: nil, count: count)
    }
  }

  private let memory: Allocation

  private init(_ memory: consuming Allocation) { self.memory = memory }

  /// Makes the flags of every message to a rank that reaches `memory`, and exchanges with each such rank where they lie
  /// and what the messages are made of.
  ///
  /// Collective among ranks that exchange messages.
  ///
  /// - Parameter staging: The memory of packed messages; without it nothing can be offered.
  static func pair(
    _ lowered: LoweredLinks, staged staging: StagedMessages?, in memory: NodeMemory,
    over communicator: Communicator, tag: Int
  ) throws(HaloError) -> Pairing {
    let exchanges = lowered.exchanges
    var pairing = Pairing(none: exchanges.count)
    let reached = exchanges.indices.filter { memory.reaches(rank: exchanges[$0].peer) }
    guard !reached.isEmpty else { return pairing }

    let own = WindowOffers.making(flagsOf: reached.map { exchanges[$0] }, in: memory)
    if let own { pairing.owners.append(own) }
    var next = 0
    var announcements = Announcements(over: communicator, tag: tag)
    for index in reached {
      let exchange = exchanges[index]
      let fields = exchange.fieldsSent
      if exchange.sendByteCount > 0 {
        if let own, let staging,
          let message = unsafe memory.location(
            of: staging.sendBase + exchange.sendOffset, byteCount: exchange.sendByteCount)
        {
          let flags = unsafe WindowFlags(at: own.memory.base + next, fields: fields.count)
          flags.initialize()
          pairing.outgoing[index] = Outgoing(
            flags: flags, fields: fields, offersCells: exchange.offersCells)
          announcements.say(
            WindowAnnouncement(
              flags: unsafe memory.location(of: own.memory.base + next, byteCount: 1) ?? -1,
              message: message, fieldCount: fields.count,
              owner: communicator.isWithinProcess ? own : nil,
              pieces: exchange.sends.map { piece in
                Incoming.Piece(
                  place: fields.firstIndex(of: piece.field) ?? 0, layout: piece.layout,
                  changesSign: piece.changesSign)
              }
            ).words,
            to: exchange.peer, phase: exchange.phase)
        } else {
          announcements.say(
            WindowAnnouncement(pieceCount: exchange.sends.count).words, to: exchange.peer,
            phase: exchange.phase)
        }
        next += WindowFlags.byteCount(fields: fields.count)
      }
      if exchange.receiveByteCount > 0 {
        announcements.expect(
          count: WindowAnnouncement.wordCount(pieces: exchange.receives.count), from: exchange.peer,
          phase: exchange.phase, for: index)
      }
    }
    for (index, words) in try announcements.exchange() {
      let announcement = WindowAnnouncement(words: words)
      guard announcement.isOffer else { continue }
      if let owner = announcement.takeOwner() { pairing.owners.append(owner) }
      pairing.incoming[index] = unsafe Incoming(
        flags: WindowFlags(
          at: memory.address(at: announcement.flags), fields: announcement.fieldCount),
        message: UnsafeRawPointer(memory.address(at: announcement.message)), pieces: announcement.pieces)
    }
    return pairing
  }

  /// The flags of some exchanges; `nil` if the shared memory has no room for them.
  private static func making(
    flagsOf exchanges: [LoweredLinks.Exchange], in memory: NodeMemory
  ) -> WindowOffers? {
    let byteCount = exchanges.reduce(0) { $0 + WindowFlags.byteCount(fields: $1.fieldsSent.count) }
    do throws(AllocationError) {
      let flags = WindowOffers(
        try Allocation(byteCount: byteCount, alignment: WindowFlags.alignment, allocator: memory.allocator))
      return unsafe memory.location(of: flags.memory.base, byteCount: byteCount) == nil ? nil : flags
    } catch {
      return nil
    }
  }
}
