import MPI
import Memory
import Strided

extension DeviceProgram {
  func route(ofMessage index: Int) -> HaloRoute { messages[index].route }

  func prepare() throws(HaloError) {
    try withContext { () throws(HaloError) in try layOut(for: nil) }
  }

  func canUse(_ route: HaloRoute, to peer: Int) -> Bool {
    switch route {
    case .window, .windowPacked, .packed, .datatype, .local: false
    case .oneShot: staging.isReachableByKernels
    case .staged: hasMemory(for: route)
    case .direct: DeviceAwareMPI.carriesMemory(of: device, over: communicator) && hasMemory(for: route)
    case .peer:
      lowered.exchanges.indices.allSatisfy {
        lowered.exchanges[$0].peer != peer || peers.carry(lowered.exchanges[$0], at: $0)
      }
    }
  }

  /// Whether there is, or can be had, all memory that messages are staged in.
  private func hasMemory(for route: HaloRoute) -> Bool {
    do throws(HaloError) {
      for place in route.places { _ = try staging.memory(place) }
      return true
    } catch {
      return false
    }
  }

  func setRoute(_ route: HaloRoute, to peer: Int) {
    for index in 0..<messages.count where messages[index].peer == peer && messages[index].wish != route {
      messages[index].wish = route
      isLaidOut = false
    }
  }

  func savedCells() -> (any SavedCells)? { DeviceSavedCells(self) }

  /// Makes the launches and requests of all messages, or of those to and from one peer alone.
  func layOut(for peer: Int?) throws(HaloError) {
    guard !isLaidOut || onlyPeer != peer else { return }
    for index in 0..<messages.count {
      messages[index].route = possibleRoute(ofMessage: index)
      (messages[index].sendRequest, messages[index].receiveRequest) = (nil, nil)
    }
    requests = RequestSet(capacity: 2 * messages.count, on: communicator)
    messageOfRequest = []
    staged = DeviceStaging.Memories()
    for index in 0..<messages.count where peer == nil || messages[index].peer == peer {
      try addMemory(forMessage: index)
      try addRequests(forMessage: index)
    }
    for phase in 0..<phases.count { try addLaunches(ofPhase: phase, onlyPeer: peer) }
    (isLaidOut, onlyPeer) = (true, peer)
    guard peer == nil else { return }
    // What was only tried out is given back.
    let used = staged
    staging.keep(
      only: Set(
        DeviceStaging.Place.allCases.filter { used[$0] != nil || ($0 == .deviceSend && !peers.isEmpty) }))
  }

  /// The route that is wished for, if a message can take it: both ends find the same where they must.
  private func possibleRoute(ofMessage index: Int) -> HaloRoute {
    let message = messages[index]
    if canUse(message.wish, to: message.peer) { return message.wish }
    return staging.isReachableByKernels ? .oneShot : .staged
  }

  private func addMemory(forMessage index: Int) throws(HaloError) {
    for place in messages[index].route.places { staged[place] = try staging.memory(place) }
  }

  private func addRequests(forMessage index: Int) throws(HaloError) {
    let message = messages[index]
    guard let sent = message.route.placeSent, let received = message.route.placeReceived else { return }
    if message.receiveByteCount > 0 {
      messages[index].receiveRequest = try HaloError.rethrow { () throws(MPIError) in
        try unsafe requests.addPersistentReceive(
          UnsafeMutableRawPointer(bitPattern: staged.address(received) + UInt(message.receiveOffset)),
          byteCount: message.receiveByteCount, from: message.peer, tag: tag + message.phase)
      }
      messageOfRequest.append(index)
    }
    if message.sendByteCount > 0 {
      messages[index].sendRequest = try HaloError.rethrow { () throws(MPIError) in
        try unsafe requests.addPersistentSend(
          UnsafeRawPointer(bitPattern: staged.address(sent) + UInt(message.sendOffset)),
          byteCount: message.sendByteCount, to: message.peer, tag: tag + message.phase)
      }
      messageOfRequest.append(-1)
    }
  }
}

// MARK: - Launches

extension DeviceProgram {
  /// From so many bytes on, a message is unpacked by itself as soon as it has come: a launch takes as long as moving them.
  private static var leastBytesOfLaunch: Int { 256 << 10 }

  private func addLaunches(ofPhase phase: Int, onlyPeer: Int?) throws(HaloError) {
    var packs: [DeviceLaunch.Part] = []
    var unpacks: [DeviceLaunch.Part] = []
    phases[phase].unpackedTogether = 0
    for index in phases[phase].messages where onlyPeer == nil || messages[index].peer == onlyPeer {
      packs += partsPacked(intoMessage: index)
      messages[index].packed =
        messages[index].route == .staged && messages[index].sendByteCount > 0
        ? try HaloError.rethrow { () throws(DeviceError) in try DeviceEvent(on: device) } : nil
      messages[index].unpack = nil
      guard messages[index].receiveByteCount > 0 else { continue }
      if isUnpackedWithOthers(index) {
        unpacks += partsUnpacked(fromMessage: index)
        phases[phase].unpackedTogether += 1
      } else {
        messages[index].unpack = try launch(partsUnpacked(fromMessage: index))
      }
    }
    if onlyPeer == nil { packs += lowered.copiesWithin[phase].map(partWithin) }
    phases[phase].packs = try launches(packs)
    phases[phase].unpacks = try launches(unpacks)
  }

  /// What is combined must be so in one order, whichever message comes first.
  private func isUnpackedWithOthers(_ index: Int) -> Bool {
    lowered.combination != nil || messages[index].receiveByteCount < Self.leastBytesOfLaunch
  }

  private func launches(_ parts: [DeviceLaunch.Part]) throws(HaloError) -> [DeviceLaunch] {
    var launches: [DeviceLaunch] = []
    for parts in DeviceLaunch.Part.independent(parts) { launches.append(try launch(parts)) }
    return launches
  }

  private func launch(_ parts: [DeviceLaunch.Part]) throws(HaloError) -> DeviceLaunch {
    try DeviceLaunch(parts, on: fields, device: device) { (side) throws(HaloError) in
      switch side {
      case .field: fatalError("Halo: the memory of a field was asked for before the field")
      case .staging(let place): try staging.memory(place)
      case .peer(let message): peers.memory(ofMessage: message)
      }
    }
  }

  private func partsPacked(intoMessage index: Int) -> [DeviceLaunch.Part] {
    let exchange = lowered.exchanges[index]
    return zip(exchange.sends, lowered.packs[exchange.packs]).map { piece, pack in
      DeviceLaunch.Part(
        copy: pack.copy.moved(source: 0, destination: pack.offset), source: .field(piece.field),
        sourceBox: piece.layout, target: .staging(messages[index].route.placePacked),
        negation: piece.negation)
    }
  }

  private func partsUnpacked(fromMessage index: Int) -> [DeviceLaunch.Part] {
    let exchange = lowered.exchanges[index]
    let isPeers = messages[index].route == .peer
    let source: DeviceLaunch.Side =
      isPeers ? .peer(message: index) : .staging(messages[index].route.placeUnpacked)
    // A peer's message is counted from its own first byte.
    let first = isPeers ? peers.offset(ofMessage: index) - exchange.receiveOffset : 0
    guard lowered.combination == nil else {
      return zip(exchange.receives, lowered.combines[exchange.combines]).map { piece, part in
        DeviceLaunch.Part(
          copy: StridedCopy.unpack(piece.layout).moved(source: part.offset + first, destination: 0),
          source: source, target: .field(piece.field), targetBox: piece.layout, negation: piece.negation,
          combination: combination(into: piece))
      }
    }
    return lowered.unpacks[exchange.unpacks].map { part in
      DeviceLaunch.Part(
        copy: part.copy.moved(source: part.offset + first, destination: 0), source: source,
        target: .field(part.field))
    }
  }

  private func combination(into piece: LinkPiece) -> DeviceCombination? {
    lowered.combination.flatMap { DeviceCombination($0, of: piece.dtype) }
  }

  private func partWithin(_ pair: (sender: LinkPiece, receiver: LinkPiece)) -> DeviceLaunch.Part {
    guard lowered.combination == nil else {
      return DeviceLaunch.Part(
        copy: StridedCopy(from: pair.receiver.layout, to: pair.sender.layout),
        source: .field(pair.receiver.field), sourceBox: pair.receiver.layout,
        target: .field(pair.sender.field), targetBox: pair.sender.layout, negation: pair.sender.negation,
        combination: combination(into: pair.sender))
    }
    return DeviceLaunch.Part(
      copy: StridedCopy(from: pair.sender.layout, to: pair.receiver.layout),
      source: .field(pair.sender.field), sourceBox: pair.sender.layout, target: .field(pair.receiver.field),
      targetBox: pair.receiver.layout, negation: pair.sender.negation)
  }
}

extension LinkPiece {
  /// How values change their sign; `nil` where they keep it.
  fileprivate var negation: DeviceNegation? {
    guard changesSign else { return nil }
    guard let negation = DeviceNegation(of: dtype) else {
      fatalError("Halo: values of type \(dtype) have no sign to change")
    }
    return negation
  }
}

extension HaloRoute {
  /// Where messages are packed.
  var placePacked: DeviceStaging.Place { self == .oneShot ? .pinnedSend : .deviceSend }

  /// Where they are unpacked from.
  fileprivate var placeUnpacked: DeviceStaging.Place { self == .oneShot ? .pinnedReceive : .deviceReceive }

  /// Where MPI sends them from; `nil` if it does not.
  var placeSent: DeviceStaging.Place? {
    switch self {
    case .oneShot, .staged: .pinnedSend
    case .direct: .deviceSend
    default: nil
    }
  }

  /// Where MPI receives them.
  var placeReceived: DeviceStaging.Place? {
    switch self {
    case .oneShot, .staged: .pinnedReceive
    case .direct: .deviceReceive
    default: nil
    }
  }

  /// All memory that messages are staged in.
  fileprivate var places: [DeviceStaging.Place] {
    switch self {
    case .oneShot: [.pinnedSend, .pinnedReceive]
    case .staged: DeviceStaging.Place.allCases
    case .direct: [.deviceSend, .deviceReceive]
    case .peer: [.deviceSend]
    default: []
    }
  }
}
