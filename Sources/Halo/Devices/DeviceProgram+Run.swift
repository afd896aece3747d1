import MPI
import Memory
import Timing

extension DeviceProgram {
  /// Starts all receives, and gives the device what the first phase packs and copies.
  func begin() throws(HaloError) {
    try layOut(for: nil)
    try start()
    transferClock = Timer.Split(timer)
  }

  /// Starts what is laid out.
  private func start() throws(HaloError) {
    (phase, times) = (0, PhaseTimes())
    (beingPacked, beingTaken, awaitedFromPeers, untakenByPeers) = (0, 0, 0, 0)
    var clock = Timer.Split(timer)
    // What comes now must not overwrite what is still being unpacked.
    try onDevice { () throws(DeviceError) in try queues.finishLast() }
    for index in 0..<phases.count {
      (phases[index].awaited, phases[index].awaitedTogether) = (0, phases[index].unpackedTogether)
    }
    for index in 0..<messages.count where isIncluded(index) { try receive(index) }
    clock.endSecond()
    try onDevice { () throws(DeviceError) in
      try queues.begin(with: fields)
      if phases.count > 0 { try pack() }
    }
    clock.endFirst()
    times.pack += clock.first
    times.send += clock.second
  }

  func progress() throws(HaloError) -> Bool {
    if isAnythingPending { _ = try look() }
    while phase < phases.count, isPhaseOver { try endPhase() }
    guard phase == phases.count && !isAnythingPending else { return false }
    return true
  }

  func finish() throws(HaloError) {
    while phase < phases.count {
      try wait { isPhaseOver }
      try endPhase()
    }
    try wait { !isAnythingPending }
    try onDevice { () throws(DeviceError) in try queues.end(with: fields) }
  }

  /// Exchanges the messages with one peer alone, of all phases at once, until the device has unpacked them.
  func exchange(with peer: Int) throws(HaloError) {
    try layOut(for: peer)
    try start()
    try finish()
    try onDevice { () throws(DeviceError) in try queues.finishLast() }
  }

  private func isIncluded(_ index: Int) -> Bool {
    guard let onlyPeer else { return true }
    return messages[index].peer == onlyPeer
  }

  private func onDevice(_ body: () throws(DeviceError) -> Void) throws(HaloError) {
    do throws(DeviceError) { try body() } catch { throw .staging(.device(error)) }
  }
}

// MARK: - Phases

extension DeviceProgram {
  /// Whether what the next phase packs has been given to the device, and MPI has what this one packs.
  private var isPhaseOver: Bool { phases[phase].awaited == 0 && beingPacked == 0 }

  private func endPhase() throws(HaloError) {
    phase += 1
    guard phase < phases.count else { return }
    var clock = Timer.Split(timer)
    try onDevice { () throws(DeviceError) in try pack() }
    clock.endFirst()
    times.pack += clock.first
  }

  /// Gives the device what a phase packs and copies.
  private func pack() throws(DeviceError) {
    for place in phases[phase].packs.indices { try phases[phase].packs[place].run(on: queues.own, fields) }
    var sharesEvent = false
    for index in phases[phase].messages where isIncluded(index) && messages[index].sendByteCount > 0 {
      messages[index].isBeingPacked = true
      beingPacked += 1
      times.bytesPacked += messages[index].sendByteCount
      guard let packed = messages[index].packed else {
        sharesEvent = true
        continue
      }
      try copy(
        from: .deviceSend, to: .pinnedSend, at: messages[index].sendOffset, messages[index].sendByteCount)
      try packed.record(on: queues.own)
    }
    if sharesEvent { try phases[phase].packed.record(on: queues.own) }
  }

  /// Gives the device a copy between its own staged memory and the process's.
  private func copy(
    from source: DeviceStaging.Place, to target: DeviceStaging.Place, at offset: Int, _ byteCount: Int
  ) throws(DeviceError) {
    guard let source = staged[source], let target = staged[target] else {
      fatalError("Halo: a message was staged without memory")
    }
    try queues.own.copyUntracked(byteCount: byteCount, from: source, at: offset, to: target, at: offset)
  }
}

// MARK: - Messages

extension DeviceProgram {
  /// Awaits one message.
  private func receive(_ index: Int) throws(HaloError) {
    messages[index].number &+= 1
    guard messages[index].receiveByteCount > 0 else { return }
    phases[messages[index].phase].awaited += 1
    guard let request = messages[index].receiveRequest else {
      messages[index].isAwaited = true
      awaitedFromPeers += 1
      return
    }
    do throws(MPIError) { try requests.start(request) } catch { throw .mpi(error) }
  }

  /// Sends, or offers, a message that has been packed.
  private func send(_ index: Int) throws(HaloError) {
    messages[index].isBeingPacked = false
    beingPacked -= 1
    if let request = messages[index].sendRequest {
      do throws(MPIError) { try requests.start(request) } catch { throw .mpi(error) }
      return
    }
    peers.outgoing[index]?.publish(.message, for: messages[index].number)
    communicator.wake(messages[index].peer)
    messages[index].isUntaken = true
    untakenByPeers += 1
  }

  /// Gives the device what is to be done with a message that has come.
  private func arrive(_ index: Int) throws(DeviceError) {
    let phase = messages[index].phase
    if messages[index].route == .staged {
      try copy(
        from: .pinnedReceive, to: .deviceReceive, at: messages[index].receiveOffset,
        messages[index].receiveByteCount)
    }
    if messages[index].unpack != nil {
      try messages[index].unpack?.run(on: queues.own, fields)
      if messages[index].route == .peer { try takeWhenUnpacked(index) }
    } else {
      phases[phase].awaitedTogether -= 1
      if phases[phase].awaitedTogether == 0 { try unpackTogether(phase) }
    }
    phases[phase].awaited -= 1
  }

  private func unpackTogether(_ phase: Int) throws(DeviceError) {
    try phases[phase].unpack?.run(on: queues.own, fields)
    for index in phases[phase].messages
    where isIncluded(index) && messages[index].receiveByteCount > 0 && messages[index].unpack == nil
      && messages[index].route == .peer
    {
      try takeWhenUnpacked(index)
    }
  }

  /// Remembers that a peer is to be told when its message has been unpacked.
  private func takeWhenUnpacked(_ index: Int) throws(DeviceError) {
    try phases[messages[index].phase].unpacked.record(on: queues.own)
    messages[index].isBeingTaken = true
    beingTaken += 1
  }
}

// MARK: - Waiting

extension DeviceProgram {
  private var isAnythingPending: Bool {
    beingPacked + beingTaken + awaitedFromPeers + untakenByPeers > 0 || requests.pendingCount > 0
  }

  @inline(__always)
  private func wait(until isOver: () -> Bool) throws(HaloError) {
    guard !isOver() else { return }
    var clock = Timer.Split(timer)
    // Nothing rings when a device is ready.
    var patience = Patience(polling: communicator)
    var looks = 0
    while true {
      if try look() { patience = Patience(polling: communicator) }
      if isOver() { break }
      looks &+= 1
      if looks % Self.looksBetweenChecks == 0 { try checkPeers() }
      if patience.isSpent() { throw timeLimitError }
    }
    clock.endFirst()
    times.wait += clock.first
  }

  private static var looksBetweenChecks: Int { 1024 }

  /// Ends a wait for a rank whose process has ended, and lets MPI move on what this rank does not ask for.
  @inline(never)
  private func checkPeers() throws(HaloError) {
    do throws(MPIError) { try communicator.letMessagesMoveOn() } catch { throw .mpi(error) }
    for index in 0..<messages.count where isPending(index) && memory.hasEnded(rank: messages[index].peer) {
      throw .rankEnded(messages[index].peer, waiting: communicator.rank)
    }
  }

  private var timeLimitError: HaloError {
    guard beingPacked + beingTaken > 0 else {
      return .mpi(communicator.timeLimitError(waitingFor: unfinishedPeers.first ?? 0))
    }
    return .staging(
      .device(
        DeviceError(
          device: device.description,
          reason: .mismatch(
            "packing and unpacking halos", expected: "done within the time limit",
            found: "work that the device was given and has not finished"))))
  }

  /// Goes on with what the device has packed and what has come; whether there was anything.
  private func look() throws(HaloError) -> Bool {
    var found = false
    if beingPacked > 0 {
      for index in phases[phase].messages where messages[index].isBeingPacked {
        guard try isComplete(messages[index].packed ?? phases[phase].packed) else { continue }
        try send(index)
        found = true
      }
    }
    if requests.pendingCount > 0, try lookAtRequests() { found = true }
    if beingTaken + awaitedFromPeers + untakenByPeers > 0, try lookAtPeers() { found = true }
    if found, !isAnythingPending {
      transferClock.endFirst()
      times.transfer = transferClock.first
    }
    return found
  }

  private func lookAtRequests() throws(HaloError) -> Bool {
    let count: Int
    do throws(MPIError) { count = try requests.testSome() } catch { throw .mpi(error) }
    for place in 0..<count {
      let message = messageOfRequest[requests.completedIndex(place)]
      if message >= 0 { try onDevice { () throws(DeviceError) in try arrive(message) } }
    }
    return count > 0
  }

  private func lookAtPeers() throws(HaloError) -> Bool {
    var found = false
    for index in 0..<messages.count {
      let number = messages[index].number
      if messages[index].isAwaited, let flags = peers.incoming[index]?.flags {
        switch flags.look(for: number) {
        case .nothingYet: break
        case .withdrawal: throw givenUp(by: messages[index].peer)
        case .offer:
          messages[index].isAwaited = false
          awaitedFromPeers -= 1
          try onDevice { () throws(DeviceError) in try arrive(index) }
          found = true
        }
      }
      if messages[index].isBeingTaken, try isComplete(phases[messages[index].phase].unpacked) {
        messages[index].isBeingTaken = false
        beingTaken -= 1
        guard peers.incoming[index]?.flags.take(for: number) ?? false else {
          throw givenUp(by: messages[index].peer)
        }
        communicator.wake(messages[index].peer)
        found = true
      }
      if messages[index].isUntaken, let flags = peers.outgoing[index] {
        switch flags.answer(for: number) {
        case .none: break
        case .refused: throw givenUp(by: messages[index].peer)
        case .taken:
          messages[index].isUntaken = false
          untakenByPeers -= 1
          found = true
        }
      }
    }
    return found
  }

  private func isComplete(_ event: DeviceEvent) throws(HaloError) -> Bool {
    do throws(DeviceError) { return try event.isComplete } catch { throw .staging(.device(error)) }
  }

  private func givenUp(by peer: Int) -> HaloError {
    .onRank(peer, message: "it has given up its exchange with rank \(communicator.rank)")
  }
}

// MARK: - The end

extension DeviceProgram {
  func giveUpInMemory() {
    for index in 0..<messages.count where messages[index].route == .peer {
      peers.outgoing[index]?.withdraw()
      peers.incoming[index]?.flags.refuse()
      communicator.wake(messages[index].peer)
    }
  }

  var unfinishedPeers: [Int] {
    Set((0..<messages.count).filter(isPending).map { messages[$0].peer }).sorted()
  }

  private func isPending(_ index: Int) -> Bool {
    if messages[index].isAwaited || messages[index].isUntaken { return true }
    if let send = messages[index].sendRequest, requests.isPending(send) { return true }
    if let receive = messages[index].receiveRequest { return requests.isPending(receive) }
    return false
  }

  func record(with stopwatches: PlanStopwatches) {
    guard let timer else { return }
    timer.record(stopwatches.pack, nanoseconds: times.pack, bytes: times.bytesPacked)
    guard messages.count > 0 else { return }
    timer.record(stopwatches.send, nanoseconds: times.send, bytes: 0)
    timer.record(stopwatches.wait, nanoseconds: times.wait, bytes: 0)
    timer.record(stopwatches.transfer, nanoseconds: times.transfer, bytes: 0)
  }
}
