import MPI
import Memory
import Strided
import Timing

extension HostProgram {
  /// Starts all receives, and packs and sends what the first phase does.
  func begin() throws(HaloError) {
    (phase, hasWrapped, nextToCombine, times) = (0, false, 0, PhaseTimes())
    (awaitedInMemory, untakenInMemory) = (0, 0)
    for index in 0..<phases.count { awaited[index] = 0 }
    var clock = Timer.Split(timer)
    try bindDatatypes()
    for index in 0..<messages.count { try receive(index) }
    clock.endFirst()
    times.send += clock.first
    if phases.count > 0 { try send() }
    transferClock = Timer.Split(timer)
  }

  /// Does what can be done without waiting; whether the exchange is over.
  func progress() throws(HaloError) -> Bool {
    if isAnythingPending {
      var clock = Timer.Split(timer)
      _ = try look(&clock)
      clock.endFirst()
      times.wait += clock.first
      times.unpack += clock.second
    }
    while phase < phases.count, awaited[phase] == 0 { try endPhase() }
    return phase == phases.count && !isAnythingPending
  }

  /// Copies within the rank, unpacks each message as it arrives, and goes on until all phases are done.
  func finish() throws(HaloError) {
    while phase < phases.count {
      wrap()
      try wait { awaited[phase] == 0 }
      try endPhase()
    }
    try wait { !isAnythingPending }
  }

  /// Whether a message has not come, or not gone.
  private var isAnythingPending: Bool {
    requests.pendingCount > 0 || awaitedInMemory > 0 || untakenInMemory > 0
      || boundMessages.map { $0.requests.pendingCount > 0 } ?? false
  }

  /// Unpacks what arrives until `isOver`.
  @inline(__always)
  func wait(until isOver: () -> Bool) throws(HaloError) {
    guard !isOver() else { return }
    var clock = Timer.Split(timer)
    var patience = Patience(communicator)
    var looks = 0
    while true {
      if try look(&clock) { patience = Patience(communicator) }
      if isOver() { break }
      looks &+= 1
      if isTimeToCheckPeers(after: looks) { try checkPeers() }
      if patience.isSpent() {
        throw .mpi(communicator.timeLimitError(waitingFor: unfinishedPeers.first ?? 0))
      }
    }
    clock.endFirst()
    times.wait += clock.first
    times.unpack += clock.second
  }

  /// Unpacks what has arrived; whether anything has, or has gone.
  @inline(__always)
  private func look(_ clock: inout Timer.Split) throws(HaloError) -> Bool {
    var found = false
    if requests.pendingCount > 0 {
      let count: Int
      do throws(MPIError) { count = try requests.testSome() } catch { throw .mpi(error) }
      if count > 0 {
        found = true
        clock.endFirst()
        for place in 0..<count {
          let message = messageOfRequest[requests.completedIndex(place)]
          if message >= 0 { try arrive(message) }
        }
        clock.endSecond()
      }
    }
    if let boundMessages, boundMessages.requests.pendingCount > 0 {
      if try lookAtDatatypes(boundMessages) { found = true }
    }
    if awaitedInMemory + untakenInMemory > 0 {
      clock.endFirst()
      if try lookIntoMemory() {
        found = true
        clock.endSecond()
      }
    }
    if found { lookAtTransfer() }
    return found
  }

  /// Counts the messages that MPI has scattered into fields by itself; whether any has come or gone.
  private func lookAtDatatypes(_ messages: DatatypeMessages) throws(HaloError) -> Bool {
    let count: Int
    do throws(MPIError) { count = try messages.requests.testSome() } catch { throw .mpi(error) }
    for place in 0..<count {
      let message = messages.messageOfRequest[messages.requests.completedIndex(place)]
      if message >= 0 { awaited[self.messages[message].phase] -= 1 }
    }
    return count > 0
  }

  /// Counts the time until now if nothing is on its way any more.
  private func lookAtTransfer() {
    guard !isAnythingPending else { return }
    transferClock.endFirst()
    times.transfer = transferClock.first
  }

  /// Goes to the next phase once everything of this one has come.
  private func endPhase() throws(HaloError) {
    wrap()
    phase += 1
    hasWrapped = false
    if phase < phases.count { try send() }
  }

  /// Awaits one message.
  private func receive(_ index: Int) throws(HaloError) {
    messages[index].number &+= 1
    guard let request = messages[index].receiveRequest else { return }
    awaited[messages[index].phase] += 1
    hasCome[index] = false
    if messages[index].receivesThroughMemory {
      messages[index].isAwaited = true
      awaitedInMemory += 1
      return
    }
    do throws(MPIError) {
      if let boundMessages, let request = boundMessages.receives[index] {
        try boundMessages.requests.start(request)
      } else {
        try requests.start(request)
      }
    } catch {
      throw .mpi(error)
    }
  }

  /// Packs and sends the messages of the phase.
  private func send() throws(HaloError) {
    var clock = Timer.Split(timer)
    for index in phases[phase].messages { try send(index, &clock) }
    times.pack += clock.first
    times.send += clock.second
  }

  /// Packs and sends, or offers, one message.
  private func send(_ index: Int, _ clock: inout Timer.Split) throws(HaloError) {
    if messages[index].sendsThroughMemory {
      offer(index)
      return clock.endFirst()
    }
    let bound = boundMessages?.sends[index]
    if bound == nil || messages[index].isPackedFirst { pack(index) }
    clock.endFirst()
    do throws(MPIError) {
      if let boundMessages, let bound {
        try boundMessages.requests.start(bound)
      } else if let request = messages[index].sendRequest {
        try requests.start(request)
      }
    } catch {
      throw .mpi(error)
    }
    clock.endSecond()
  }

  /// Exchanges the messages with one peer alone, of all phases at once: to measure how long they take.
  func exchange(with peer: Int) throws(HaloError) {
    for index in 0..<phases.count { awaited[index] = 0 }
    try bindDatatypes()
    for index in 0..<messages.count where messages[index].peer == peer { try receive(index) }
    var clock = Timer.Split(nil)
    for index in 0..<messages.count where messages[index].peer == peer { try send(index, &clock) }
    try wait { !isAnythingPending }
  }

  /// Packs one message.
  func pack(_ index: Int) {
    times.bytesPacked += messages[index].bytesPacked
    for part in messages[index].packs {
      unsafe packs[part].copy.execute(
        from: UnsafeRawPointer(origins[packs[part].field]), to: staging.sendBase + packs[part].offset)
    }
    for sign in messages[index].signs {
      let place = unsafe staging.sendBase + signs[sign].offset
      unsafe signs[sign].pass.execute(from: UnsafeRawPointer(place), to: place)
    }
  }

  /// Copies what the phase copies within the rank, once.
  private func wrap() {
    guard !hasWrapped else { return }
    hasWrapped = true
    var clock = Timer.Split(timer)
    for index in phases[phase].wraps {
      unsafe wraps[index].copy.execute(
        from: UnsafeRawPointer(origins[wraps[index].source]), to: origins[wraps[index].destination])
    }
    for index in phases[phase].wrapPasses {
      unsafe wrapPasses[index].pass.execute(
        from: UnsafeRawPointer(origins[wrapPasses[index].source]), to: origins[wrapPasses[index].destination])
    }
    clock.endFirst()
    times.wrap += clock.first
  }

  /// Does with a message that has come what is to be done with it.
  func arrive(_ index: Int) throws(HaloError) {
    awaited[messages[index].phase] -= 1
    hasCome[index] = true
    if combines.count > 0 {
      try combineInOrder()
    } else {
      try useMessage(index)
    }
  }

  private func useMessage(_ index: Int) throws(HaloError) {
    if messages[index].receivesThroughMemory {
      try take(index)
    } else {
      unsafe unpack(index, from: UnsafeRawPointer(staging.receiveBase))
    }
  }

  /// Combines the messages that have come into owned cells, up to the first that has not: sums of floating-point
  /// numbers depend on their order, which is not to be that of arrival.
  private func combineInOrder() throws(HaloError) {
    while nextToCombine < messages.count {
      let message = nextToCombine
      if messages[message].receiveRequest != nil {
        guard hasCome[message] else { return }
        try useMessage(message)
      }
      nextToCombine += 1
    }
  }

  /// Unpacks, or combines, one message, whose parts are counted from `base`.
  func unpack(_ index: Int, from base: UnsafeRawPointer) {
    for part in messages[index].unpacks {
      unsafe unpacks[part].copy.execute(from: base + unpacks[part].offset, to: origins[unpacks[part].field])
    }
    for part in messages[index].combines {
      unsafe combines[part].pass.execute(
        from: base + combines[part].offset, to: origins[combines[part].field])
    }
  }

  /// Counts the exchange that has ended.
  func record(with stopwatches: PlanStopwatches) {
    guard let timer else { return }
    if wraps.count + wrapPasses.count > 0 {
      timer.record(stopwatches.wrap, nanoseconds: times.wrap, bytes: bytesWrapped)
    }
    guard messages.count > 0 else { return }
    timer.record(stopwatches.pack, nanoseconds: times.pack, bytes: times.bytesPacked)
    timer.record(stopwatches.send, nanoseconds: times.send, bytes: 0)
    timer.record(stopwatches.wait, nanoseconds: times.wait, bytes: 0)
    timer.record(stopwatches.unpack, nanoseconds: times.unpack, bytes: bytesUnpacked)
    timer.record(stopwatches.transfer, nanoseconds: times.transfer, bytes: 0)
  }

  func isPending(_ index: Int) -> Bool {
    if messages[index].isAwaited || messages[index].isUntaken { return true }
    if let send = messages[index].sendRequest, requests.isPending(send) { return true }
    if let receive = messages[index].receiveRequest, requests.isPending(receive) { return true }
    guard let boundMessages else { return false }
    if let send = boundMessages.sends[index], boundMessages.requests.isPending(send) { return true }
    if let receive = boundMessages.receives[index] { return boundMessages.requests.isPending(receive) }
    return false
  }
}
