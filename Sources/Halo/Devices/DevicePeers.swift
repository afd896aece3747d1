import Glibc
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
        let words =
          own?.words(
            ofMessage: place, at: exchange.sendOffset, isWithinProcess: communicator.isWithinProcess)
          ?? DeviceOffer.none
        offers.say(words, to: exchange.peer, phase: exchange.phase)
      }
      if exchange.receiveByteCount > 0 {
        offers.expect(
          count: DeviceOffer.none.count, from: exchange.peer, phase: exchange.phase, for: index)
      }
    }
    for (index, words) in try offers.exchange() {
      guard let taken = DeviceOffer.take(words, on: staging?.device, in: memory) else { continue }
      incoming[index] = taken.incoming
      if let owner = taken.owner { owners.append(owner) }
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

/// What a rank offers to the others of its node: the memory that it packs its messages in, and flags for each of them.
@safe
final class DeviceOffer {
  private let flags: Allocation
  private let offered: ExportableMemory
  private var packed: DeviceMemory { offered.memory }
  private let handle: DeviceMemoryHandle?
  private let shared: NodeMemory

  /// `nil` if there is no memory for it.
  init?(count: Int, staging: DeviceStaging, in memory: NodeMemory, isWithinProcess: Bool) {
    do throws(AllocationError) {
      flags = try Allocation(
        byteCount: count * WindowFlags.byteCount(fields: 0), alignment: WindowFlags.alignment,
        allocator: memory.allocator)
    } catch {
      return nil
    }
    do throws(HaloError) { offered = try staging.offeredMemory() } catch { return nil }
    handle = isWithinProcess ? nil : offered.handle
    shared = memory
    for place in 0..<count { flags(ofMessage: place).initialize() }
  }

  /// The flags of one of the messages.
  func flags(ofMessage place: Int) -> WindowFlags {
    unsafe WindowFlags(at: flags.base + place * WindowFlags.byteCount(fields: 0), fields: 0)
  }
}

// MARK: - As numbers

extension DeviceOffer {
  private static let headCount = 5

  /// The numbers that tell of nothing.
  static let none = Array(repeating: 0, count: headCount + DeviceMemoryHandle.wordCount)

  /// The numbers that tell of a message that is packed at some place.
  func words(ofMessage place: Int, at offset: Int, isWithinProcess: Bool) -> [Int]? {
    let start = unsafe flags.base + place * WindowFlags.byteCount(fields: 0)
    guard let location = unsafe shared.location(of: start, byteCount: WindowFlags.byteCount(fields: 0)) else {
      return nil
    }
    let owner =
      isWithinProcess ? unsafe Int(bitPattern: Unmanaged.passRetained(self).toOpaque()) : 0
    guard let words = isWithinProcess ? DeviceMemoryHandle.noWords : handle?.words else { return nil }
    return [1, location, offset, packed.byteCount, owner] + words
  }

  /// Reaches for what numbers tell of; `nil` if they tell of nothing, or of what this rank cannot reach.
  static func take(
    _ words: ArraySlice<Int>, on device: Device?, in memory: NodeMemory
  ) -> (incoming: DevicePeers.Incoming, owner: DeviceOffer?)? {
    let words = Array(words)
    guard words[0] == 1 else { return nil }
    let flags = unsafe WindowFlags(at: memory.address(at: words[1]), fields: 0)
    if let pointer = unsafe UnsafeRawPointer(bitPattern: words[4]) {
      let owner = unsafe Unmanaged<DeviceOffer>.fromOpaque(pointer).takeRetainedValue()
      guard owner.packed.device == device else { return nil }
      return (DevicePeers.Incoming(flags: flags, memory: owner.packed, offset: words[2]), owner)
    }
    let handle = DeviceMemoryHandle(words: words.dropFirst(headCount))
    guard let device else { return nil }
    do throws(DeviceError) {
      let opened = try DeviceMemory.opening(handle, byteCount: words[3], on: device)
      return (DevicePeers.Incoming(flags: flags, memory: opened, offset: words[2]), nil)
    } catch {
      return nil
    }
  }
}
