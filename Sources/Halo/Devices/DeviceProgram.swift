import MPI
import Memory
import Strided
import Timing

/// What an exchange of fields on a device comes down to: in each phase one launch that packs all messages and copies what
/// stays on the rank, the messages, and one launch that unpacks them, or one for each that is large.
///
/// Where what comes is combined into owned cells, boxes that overlap are combined in launches that follow each other, in
/// the order of the processor: first what stays on the rank, then message by message when all have come.
///
/// The processor gives the device its work and MPI its messages; it does not wait for the device but where a message
/// needs what was packed.
final class DeviceProgram: UpdateProgram {
  /// All that travels between this rank and a peer in one phase.
  struct Message {
    let peer: Int
    let phase: Int
    let sendOffset: Int
    let sendByteCount: Int
    let receiveOffset: Int
    let receiveByteCount: Int
    /// How it is to go, and how it goes.
    var wish: HaloRoute
    var route = HaloRoute.staged
    var sendRequest: Int?
    var receiveRequest: Int?
    /// What is complete when the message is where it is sent from.
    var packed: DeviceEvent?
    /// Unpacks the message by itself; `nil` if it is unpacked with the others of its phase.
    var unpack: DeviceLaunch?
    /// How often it has been exchanged from device to device.
    var number: UInt64 = 0

    var isBeingPacked = false
    var isAwaited = false
    var isBeingTaken = false
    var isUntaken = false
  }

  /// What can be done at once: a phase packs what the ones before have brought.
  struct Phase {
    let messages: Range<Int>
    /// Pack the messages and copy within the rank, one after the other.
    var packs: [DeviceLaunch] = []
    /// Unpack the messages that are not unpacked one by one, one after the other.
    var unpacks: [DeviceLaunch] = []
    /// The messages that are received and not unpacked one by one.
    var unpackedTogether = 0
    /// Complete when messages are packed; of those that are copied to the process's memory each has its own.
    let packed: DeviceEvent
    let unpacked: DeviceEvent
    /// The messages that have not come, and those of them that are unpacked together.
    var awaited = 0
    var awaitedTogether = 0
  }

  let lowered: LoweredLinks
  let communicator: Communicator
  let looksBeforeSleep: Int?
  let device: Device
  let fields: DeviceFields
  let queues: DeviceQueues
  let staging: DeviceStaging
  let memory: NodeMemory
  let peers: DevicePeers
  let timer: Timer?
  let tag: Int

  var messages: FlatList<Message>
  var phases: FlatList<Phase>
  var requests: RequestSet
  /// Which message a request belongs to if it receives one; -1 for those that send.
  var messageOfRequest: [Int] = []
  /// What staged memory the messages use.
  var staged = DeviceStaging.Memories()
  /// Whether launches and requests are those of the messages' routes.
  var isLaidOut = false
  /// The only peer that they are for.
  var onlyPeer: Int?

  var times = PhaseTimes()
  /// Runs while messages are on their way.
  var transferClock = Timer.Split(nil)
  /// The phase under way; the number of phases if all are done.
  var phase = 0
  var beingPacked = 0
  var beingTaken = 0
  /// What comes from device to device and has not come, and what goes so and has not been taken.
  var awaitedFromPeers = 0
  var untakenByPeers = 0

  deinit {
    // The device may still read what was staged for it; what failed was reported to whoever asked.
    try? queues.finishLast()
  }

  /// Prepares messages.
  ///
  /// - Parameter peers: What of them can go from device to device.
  init(
    _ lowered: LoweredLinks, routes: PlannedRoutes, of fields: DeviceFields, on queues: DeviceQueues,
    staging: DeviceStaging, over communicator: Communicator, in memory: NodeMemory, peers: DevicePeers,
    tag: Int = PlanTag.update,
    timer: Timer?
  ) throws(HaloError) {
    self.lowered = lowered
    self.communicator = communicator
    looksBeforeSleep = communicator.looksBeforeSleep
    device = queues.device
    self.fields = fields
    self.queues = queues
    self.staging = staging
    self.memory = memory
    self.timer = timer
    self.tag = tag
    self.peers = peers
    messages = FlatList(
      lowered.exchanges.map { exchange in
        Message(
          peer: exchange.peer, phase: exchange.phase, sendOffset: exchange.sendOffset,
          sendByteCount: exchange.sendByteCount, receiveOffset: exchange.receiveOffset,
          receiveByteCount: exchange.receiveByteCount, wish: routes.route(to: exchange.peer))
      })
    var phases: [Phase] = []
    for phase in lowered.phases {
      phases.append(
        try HaloError.rethrow { () throws(DeviceError) in
          Phase(
            messages: phase.messages, packed: try DeviceEvent(on: queues.device),
            unpacked: try DeviceEvent(on: queues.device))
        })
    }
    self.phases = FlatList(phases)
    requests = RequestSet(capacity: 2 * lowered.exchanges.count, on: communicator)
    try layOut(for: nil)
  }
}
