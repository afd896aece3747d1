import MPI
import Memory
import Strided
import Timing

/// What an exchange of fields in the process's memory comes down to: flat lists of byte copies, buffers and requests, fixed when it is built.
///
/// Nothing in here is generic and nothing is looked up: an exchange runs the lists over the addresses of its
/// fields. One message a peer carries all fields; within it, both ends order the parts by the same key, which is
/// all they must agree on.
@safe
final class HostProgram: UpdateProgram {
  /// All that travels between this rank and a peer in one phase.
  @safe
  struct Message {
    let peer: Int
    let phase: Int
    let packs: Range<Int>
    let signs: Range<Int>
    let unpacks: Range<Int>
    let combines: Range<Int>
    let sendRequest: Int?
    let receiveRequest: Int?
    let bytesPacked: Int

    /// What is sent by way of memory, if the peer reaches this rank's.
    let outgoing: WindowFlags?
    /// The fields whose cells are offered there, and whether they are.
    let offeredFields: Range<Int>
    let offersCells: Bool
    /// What comes by way of memory.
    let incoming: WindowFlags?
    /// The peer's packed message, less what `unpacks` count from.
    let incomingBase: UnsafeRawPointer?
    let fetched: FetchedLinks.Ranges

    /// Whether it is packed even where MPI could gather it.
    let isPackedFirst: Bool

    /// How it goes, if it can; both ends say the same.
    var route: HaloRoute
    /// How often it has been exchanged by way of memory.
    var number: UInt64 = 0
    var isAwaited = false
    var isUntaken = false

    var sendsThroughMemory: Bool { route.usesSharedMemory && outgoing != nil }
    var receivesThroughMemory: Bool { route.usesSharedMemory && incoming != nil }
  }

  let origins: FieldOrigins
  let timer: Timer?
  var times = PhaseTimes()
  /// Runs while messages are on their way.
  var transferClock = Timer.Split(nil)

  let packs: FlatList<LoweredLinks.Part>
  let signs: FlatList<LoweredLinks.Sign>
  let unpacks: FlatList<LoweredLinks.Part>
  let wraps: FlatList<LoweredLinks.Wrap>
  let wrapPasses: FlatList<LoweredLinks.Wrap.Pass>
  let combines: FlatList<LoweredLinks.Combine>
  var messages: FlatList<Message>
  let phases: FlatList<LoweredLinks.Phase>
  let bytesUnpacked: Int
  let bytesWrapped: Int

  let fetches: FlatList<FetchedLinks.Copy>
  let fetchedPasses: FlatList<LoweredLinks.Wrap.Pass>
  let fetchedCombines: FlatList<FetchedLinks.Combine>
  let offeredFields: FlatList<Int>

  let communicator: Communicator
  let looksBeforeSleep: Int?
  let memory: NodeMemory
  let labels: [String]
  let staging: StagedMessages
  var requests: RequestSet
  /// Which message a request belongs to if it receives one; -1 for those that send.
  let messageOfRequest: FlatList<Int>
  private let windowOwners: [WindowOffers]
  let lowered: LoweredLinks
  private let tag: Int
  /// Requests of MPI's own packing, for each set of fields that has been exchanged so.
  private var datatypeMessages: [DatatypeMessages] = []
  /// Those of the fields in flight; `nil` if no message goes so.
  private(set) var boundMessages: DatatypeMessages?

  /// The phase under way; the number of phases if all are done.
  var phase = 0
  var hasWrapped = false
  /// The messages of each phase that have not come.
  var awaited: FlatList<Int>
  /// Of those, the ones that come by way of memory; and what goes so and has not been taken.
  var awaitedInMemory = 0
  var untakenInMemory = 0
  /// The next message to be combined: in the order of peers, whichever came first.
  var nextToCombine = 0
  var hasCome: FlatList<Bool>

  /// Allocates buffers and requests for lowered links; collective among the ranks that it links if any of them reach
  /// each other's memory.
  ///
  /// - Parameters:
  ///   - lowered: What to copy where.
  ///   - routes: Which way messages go, as far as there is a choice.
  ///   - communicator: The plan's own, on which nobody else sends.
  ///   - memory: The memory that is shared with some of its ranks.
  ///   - labels: How errors call the fields.
  ///   - origins: Where the fields of an exchange lie.
  ///   - staging: Memory for messages to share with other programs of the plan, if it is large enough.
  ///   - tag: What tells its messages from those of other programs; the first of one a phase.
  ///   - timer: Whose clock is read; none without one.
  init(
    _ lowered: LoweredLinks, routes: PlannedRoutes, over communicator: Communicator, in memory: NodeMemory,
    labels: [String], origins: FieldOrigins, staging: StagedMessages? = nil, tag: Int = PlanTag.update,
    timer: Timer?
  ) throws(HaloError) {
    self.origins = origins
    self.timer = timer
    self.communicator = communicator
    looksBeforeSleep = communicator.looksBeforeSleep
    self.memory = memory
    self.labels = labels
    self.lowered = lowered
    self.tag = tag
    packs = FlatList(lowered.packs)
    signs = FlatList(lowered.signs)
    let fused = lowered.fusedUnpacks()
    unpacks = FlatList(fused.copies)
    wraps = FlatList(lowered.wraps)
    wrapPasses = FlatList(lowered.wrapPasses)
    combines = FlatList(lowered.combines)
    phases = FlatList(lowered.phases)
    bytesUnpacked =
      lowered.unpacks.reduce(0) { $0 + $1.copy.byteCount }
      + lowered.combines.reduce(0) { $0 + $1.pass.byteCount }
    bytesWrapped = lowered.bytesWrapped
    var staged = staging.flatMap { $0.holds(lowered) ? $0 : nil }
    var shortage: AllocationError?
    if staged == nil {
      do throws(AllocationError) {
        staged = try StagedMessages(
          sendByteCount: lowered.sendByteCount, receiveByteCount: lowered.receiveByteCount,
          allocator: memory.allocator)
      } catch {
        shortage = error
      }
    }
    // A rank that is short of memory tells its peers too, who would wait for its word.
    let windows =
      routes.mayUseSharedMemory
      ? try WindowOffers.pair(lowered, staged: staged, in: memory, over: communicator, tag: tag)
      : WindowOffers.Pairing(none: lowered.exchanges.count)
    if let shortage { throw .allocation(shortage) }
    guard let staging = staged else { fatalError("Halo: messages were neither given memory nor refused it") }
    self.staging = staging
    windowOwners = windows.owners
    let fetched = FetchedLinks(lowered, from: windows.incoming)
    fetches = FlatList(fetched.fetches)
    fetchedPasses = FlatList(fetched.passes)
    fetchedCombines = FlatList(fetched.combines)

    var requests = RequestSet(capacity: 2 * lowered.exchanges.count, on: communicator)
    var messageOfRequest: [Int] = []
    var messages: [Message] = []
    var offeredFields: [Int] = []
    // Where nothing arrives, halos stay as they were.
    let arrives = !communicator.isSilent
    for (index, exchange) in lowered.exchanges.enumerated() {
      var receiveRequest: Int?
      var sendRequest: Int?
      if exchange.receiveByteCount > 0 {
        receiveRequest = try HaloError.rethrow { () throws(MPIError) in
          try unsafe requests.addPersistentReceive(
            staging.receiveBase + exchange.receiveOffset, byteCount: exchange.receiveByteCount,
            from: exchange.peer, tag: tag + exchange.phase)
        }
        messageOfRequest.append(index)
      }
      if exchange.sendByteCount > 0 {
        sendRequest = try HaloError.rethrow { () throws(MPIError) in
          try unsafe requests.addPersistentSend(
            UnsafeRawPointer(staging.sendBase + exchange.sendOffset), byteCount: exchange.sendByteCount,
            to: exchange.peer, tag: tag + exchange.phase)
        }
        messageOfRequest.append(-1)
      }
      let (outgoing, incoming) = (windows.outgoing[index], windows.incoming[index])
      let firstOffered = offeredFields.count
      offeredFields += outgoing?.fields ?? []
      messages.append(
        unsafe Message(
          peer: exchange.peer, phase: exchange.phase, packs: exchange.packs, signs: exchange.signs,
          unpacks: arrives ? fused.ranges[index] : 0..<0, combines: arrives ? exchange.combines : 0..<0,
          sendRequest: sendRequest, receiveRequest: receiveRequest,
          bytesPacked: exchange.sends.reduce(0) { $0 + $1.layout.byteCount },
          outgoing: outgoing?.flags,
          offeredFields: firstOffered..<offeredFields.count, offersCells: outgoing?.offersCells ?? false,
          incoming: incoming?.flags,
          incomingBase: incoming.map { unsafe $0.message - exchange.receiveOffset },
          fetched: fetched.ranges[index], isPackedFirst: DatatypeMessages.isPackedFirst(exchange),
          route: .packed))
    }
    self.messages = FlatList(messages)
    self.offeredFields = FlatList(offeredFields)
    self.messageOfRequest = FlatList(messageOfRequest)
    hasCome = FlatList(messages.map { _ in false })
    awaited = FlatList(lowered.phases.map { _ in 0 })
    self.requests = requests
    for index in messages.indices { setRoute(routes.route(to: messages[index].peer), ofMessage: index) }
  }
}

// MARK: - Routes

extension HostProgram {
  /// How a message goes: packed instead of through memory that the two ranks do not both reach.
  func route(ofMessage index: Int) -> HaloRoute {
    let reaches = messages[index].outgoing != nil || messages[index].incoming != nil
    return messages[index].route.usesSharedMemory && !reaches ? .packed : messages[index].route
  }

  // Requests are bound to the addresses of fields when these are known.
  func prepare() {}

  func waitForDevice() {}

  // Addresses keep nothing.
  func forgetFields() {}

  func canUse(_ route: HaloRoute, to peer: Int) -> Bool {
    switch route {
    case .window, .windowPacked: memory.reaches(rank: peer)
    case .packed, .datatype: true
    case .local, .oneShot, .staged, .direct, .peer: false
    }
  }

  func setRoute(_ route: HaloRoute, to peer: Int) {
    for index in 0..<messages.count where messages[index].peer == peer { setRoute(route, ofMessage: index) }
  }

  func savedCells() -> (any SavedCells)? { HostSavedCells(self) }

  /// Lets a message go another way from the next exchange on; both ends must do so.
  ///
  /// Values that are combined where they arrive cannot be scattered by MPI, and go packed instead.
  func setRoute(_ route: HaloRoute, ofMessage index: Int) {
    messages[index].route = route == .datatype && lowered.combination != nil ? .packed : route
    datatypeMessages = []
  }

  /// Finds, or makes, the requests of the fields that are bound now, if messages go as datatypes.
  func bindDatatypes() throws(HaloError) {
    boundMessages = nil
    var chosen = false
    for index in 0..<messages.count where messages[index].route == .datatype { chosen = true }
    guard chosen else { return }
    for place in datatypeMessages.indices where datatypeMessages[place].areBound(to: origins) {
      boundMessages = datatypeMessages[place]
      return
    }
    let made = try HaloError.rethrow { () throws(MPIError) in
      try DatatypeMessages(
        lowered, chosen: (0..<messages.count).map { messages[$0].route == .datatype }, origins: origins,
        staged: staging, over: communicator, tag: tag)
    }
    if datatypeMessages.count == Self.mostDatatypeMessages { datatypeMessages.removeFirst() }
    datatypeMessages.append(made)
    boundMessages = made
  }

  private static var mostDatatypeMessages: Int { 8 }
}
