import MPI
import Memory
import Strided

/// What ranks of one node reach of each other's devices, for the messages of one program: memory to unpack from, and the
/// flags that say when.
final class DevicePeers {
  /// One message that is received.
  struct Incoming {
    let flags: WindowFlags
    let memory: DeviceMemory
    /// The message's first byte.
    let offset: Int
  }

  /// What each message of the program sends and receives from device to device; `nil` where that is not possible.
  private(set) var outgoing: [WindowFlags?]
  private(set) var incoming: [Incoming?]
  /// This rank's own, and in one process those of the other ranks, who may end earlier than this one.
  private var owners: [DeviceOffer] = []

  /// No message goes from device to device.
  init(none count: Int) {
    outgoing = Array(repeating: nil, count: count)
    incoming = Array(repeating: nil, count: count)
  }

  /// Tells the peers on the node where messages will lie, and learns where theirs do; collective among ranks that exchange
  /// messages.
  ///
  /// Never throws for want of a way: then there is none.
  ///
  /// - Parameter staging: `nil` if this rank tells its peers only that none of its messages go so.
  convenience init(
    _ lowered: LoweredLinks, staging: DeviceStaging?, in memory: NodeMemory, over communicator: Communicator,
    tag: Int
  ) throws(HaloError) {
    self.init(none: lowered.exchanges.count)
    let exchanges = lowered.exchanges
    let reached = exchanges.indices.filter { memory.reaches(rank: exchanges[$0].peer) }
    guard !reached.isEmpty else { return }
    let own = staging.flatMap {
      DeviceOffer(
        count: reached.count, staging: $0, in: memory, isWithinProcess: communicator.isWithinProcess)
    }
    if let own { owners.append(own) }
    var offers = Announcements(over: communicator, tag: tag)
    for (place, index) in reached.enumerated() {
      let exchange = exchanges[index]
      if exchange.sendByteCount > 0 {
        let announcement = own?.announcement(ofMessage: place, at: exchange.sendOffset)
        offers.say((announcement ?? .nothing).words, to: exchange.peer, phase: exchange.phase)
      }
      if exchange.receiveByteCount > 0 {
        offers.expect(
          count: DeviceAnnouncement.wordCount, from: exchange.peer, phase: exchange.phase, for: index)
      }
    }
    for (index, words) in try offers.exchange() {
      let announcement = DeviceAnnouncement(words: words)
      guard announcement.isOffer else { continue }
      let owner = announcement.takeOwner()
      if let owner { owners.append(owner) }
      guard let opened = announcement.opened(on: staging?.device, of: owner) else { continue }
      incoming[index] = unsafe Incoming(
        flags: WindowFlags(at: memory.address(at: announcement.flags), fields: 0), memory: opened,
        offset: announcement.offset)
    }
    try answer(exchanges, reached, own, over: communicator, tag: tag)
  }

  /// Tells the peers whose memory is reached, and learns which of them reach this rank's.
  private func answer(
    _ exchanges: [LoweredLinks.Exchange], _ reached: [Int], _ own: DeviceOffer?,
    over communicator: Communicator, tag: Int
  ) throws(HaloError) {
    var answers = Announcements(over: communicator, tag: tag)
    for index in reached {
      let exchange = exchanges[index]
      if exchange.receiveByteCount > 0 {
        answers.say([incoming[index] == nil ? 0 : 1], to: exchange.peer, phase: exchange.phase)
      }
      if exchange.sendByteCount > 0 {
        answers.expect(count: 1, from: exchange.peer, phase: exchange.phase, for: index)
      }
    }
    for (index, words) in try answers.exchange() where words.first == 1 {
      guard let own, let place = reached.firstIndex(of: index) else { continue }
      outgoing[index] = own.flags(ofMessage: place)
    }
  }

  /// Whether there are none.
  var isEmpty: Bool { outgoing.allSatisfy { $0 == nil } && incoming.allSatisfy { $0 == nil } }

  /// Whether all that an exchange sends and receives can go from device to device.
  func carry(_ exchange: LoweredLinks.Exchange, at index: Int) -> Bool {
    (exchange.sendByteCount == 0 || outgoing[index] != nil)
      && (exchange.receiveByteCount == 0 || incoming[index] != nil)
  }

  /// What a peer has packed.
  func memory(ofMessage index: Int) -> DeviceMemory {
    guard let incoming = incoming[index] else { fatalError("Halo: a peer's memory was not opened") }
    return incoming.memory
  }

  /// Where in that memory a message begins.
  func offset(ofMessage index: Int) -> Int { incoming[index]?.offset ?? 0 }
}
