import MPI
import Memory
import Timing

extension DeviceProgram {
  /// Starts all receives, and gives the device what the first phase packs and copies.
  func begin() throws(HaloError) {
    try withContext { () throws(HaloError) in
      try layOut(for: nil)
      try start()
    }
    transferClock = Timer.Split(timer)
  }

  /// Starts what is laid out.
  private func start() throws(HaloError) {
    (phase, times) = (0, PhaseTimes())
    (beingPacked, beingTaken, awaitedFromPeers, untakenByPeers) = (0, 0, 0, 0)
    var clock = Timer.Split(timer)
    // What comes now must not overwrite what is still being unpacked.
    if messages.count > 0 { try waitForDevice() }
    for index in 0..<phases.count {
      (phases[index].awaited, phases[index].awaitedTogether) = (0, phases[index].unpackedTogether)
    }
    for index in 0..<messages.count where isIncluded(index) { try receive(index) }
    clock.endSecond()
    try HaloError.rethrow { () throws(DeviceError) in
      try queues.begin(with: fields)
      if phases.count > 0 { try pack() }
    }
    clock.endFirst()
    times.pack += clock.first
    times.send += clock.second
  }

  func progress() throws(HaloError) -> Bool {
    try withContext { () throws(HaloError) in
      if isAnythingPending { _ = try look() }
      while phase < phases.count, isPhaseOver { try endPhase() }
    }
    return phase == phases.count && !isAnythingPending
  }

  func finish() throws(HaloError) {
    try withContext { () throws(HaloError) in
      while phase < phases.count {
        try wait { isPhaseOver }
        try endPhase()
      }
      try wait { !isAnythingPending }
      try HaloError.rethrow { () throws(DeviceError) in try queues.end(with: fields) }
    }
  }

  /// Exchanges the messages with one peer alone, of all phases at once, until the device has unpacked them.
  func exchange(with peer: Int) throws(HaloError) {
    try withContext { () throws(HaloError) in
      try layOut(for: peer)
      try start()
    }
    try finish()
    try waitForDevice()
  }

  func waitForDevice() throws(HaloError) {
    try HaloError.rethrow { () throws(DeviceError) in try queues.finishLast() }
  }

  /// Runs calls of the driver, each of which would otherwise set and restore the thread's context, and of MPI, whose
  /// transports look for a device's memory in it.
  func withContext(_ body: () throws(HaloError) -> Void) throws(HaloError) {
    let previous = try HaloError.rethrow { () throws(DeviceError) in try device.makeContextCurrent() }
    defer { device.restoreContext(previous) }
    try body()
  }

  func isIncluded(_ index: Int) -> Bool {
    guard let onlyPeer else { return true }
    return messages[index].peer == onlyPeer
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
    try HaloError.rethrow { () throws(DeviceError) in try pack() }
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
      if messages[index].packed == nil { sharesEvent = true }
    }
    // Before the copies, for which only the messages wait that are copied.
    if sharesEvent { try phases[phase].packed.record(on: queues.own) }
    for index in phases[phase].messages where messages[index].isBeingPacked {
      guard let packed = messages[index].packed else { continue }
      try copy(
        from: .deviceSend, to: .pinnedSend, at: messages[index].sendOffset, messages[index].sendByteCount)
      try packed.record(on: queues.own)
    }
  }

  /// Gives the device a copy between its own staged memory and the process's.
  func copy(
    from source: DeviceStaging.Place, to target: DeviceStaging.Place, at offset: Int, _ byteCount: Int
  ) throws(DeviceError) {
    guard let source = staged[source], let target = staged[target] else {
      fatalError("Halo: a message was staged without memory")
    }
    try queues.own.copyUntracked(byteCount: byteCount, from: source, at: offset, to: target, at: offset)
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

  func forgetFields() {
    for phase in 0..<phases.count {
      for place in phases[phase].packs.indices { phases[phase].packs[place].forgetFields() }
      for place in phases[phase].unpacks.indices { phases[phase].unpacks[place].forgetFields() }
    }
    for index in 0..<messages.count { messages[index].unpack?.forgetFields() }
  }

  func isPending(_ index: Int) -> Bool {
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
