import MPI
import Memory
import Strided
import Timing

extension HaloProgram {
  /// Starts all receives, and packs and sends what the first phase does.
  func begin() throws(MPIError) {
    (phase, hasWrapped, nextToCombine, times) = (0, false, 0, PhaseTimes())
    for index in 0..<phases.count { awaited[index] = 0 }
    var clock = Timer.Split(timer)
    for index in 0..<messages.count {
      guard let request = messages[index].receiveRequest else { continue }
      try requests.start(request)
      awaited[messages[index].phase] += 1
      hasCome[index] = false
    }
    clock.endFirst()
    times.send += clock.first
    if phases.count > 0 { try send() }
    transferClock = Timer.Split(timer)
  }

  /// Does what can be done without waiting; whether the exchange is over.
  func progress() throws(MPIError) -> Bool {
    if requests.pendingCount > 0 {
      var clock = Timer.Split(timer)
      let count = try requests.testSome()
      clock.endFirst()
      lookAtTransfer()
      unpack(completed: count)
      clock.endSecond()
      times.wait += clock.first
      times.unpack += clock.second
    }
    while phase < phases.count, awaited[phase] == 0 { try endPhase() }
    return phase == phases.count && requests.pendingCount == 0
  }

  /// Copies within the rank, unpacks each message as it arrives, and goes on until all phases are done.
  func finish() throws(MPIError) {
    while phase < phases.count {
      wrap()
      try wait { awaited[phase] == 0 }
      try endPhase()
    }
    try wait { requests.pendingCount == 0 }
  }

  /// Unpacks what arrives until `isOver`.
  @inline(__always)
  private func wait(until isOver: () -> Bool) throws(MPIError) {
    var clock = Timer.Split(timer)
    while !isOver() {
      let count = try requests.waitSome()
      clock.endFirst()
      lookAtTransfer()
      unpack(completed: count)
      clock.endSecond()
    }
    times.wait += clock.first
    times.unpack += clock.second
  }

  /// Counts the time until now if nothing is on its way any more.
  private func lookAtTransfer() {
    guard requests.pendingCount == 0 else { return }
    transferClock.endFirst()
    times.transfer = transferClock.first
  }

  /// Goes to the next phase once everything of this one has come.
  private func endPhase() throws(MPIError) {
    wrap()
    phase += 1
    hasWrapped = false
    if phase < phases.count { try send() }
  }

  /// Packs and sends the messages of the phase.
  private func send() throws(MPIError) {
    var clock = Timer.Split(timer)
    for index in phases[phase].messages {
      for part in messages[index].packs {
        unsafe packs[part].copy.execute(
          from: UnsafeRawPointer(origins[packs[part].field]), to: staging.sendBase + packs[part].offset)
      }
      for sign in messages[index].signs {
        let place = unsafe staging.sendBase + signs[sign].offset
        unsafe signs[sign].pass.execute(from: UnsafeRawPointer(place), to: place)
      }
      clock.endFirst()
      if let request = messages[index].sendRequest { try requests.start(request) }
      clock.endSecond()
    }
    times.pack += clock.first
    times.send += clock.second
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

  private func unpack(completed count: Int) {
    for place in 0..<count {
      let message = messageOfRequest[requests.completedIndex(place)]
      guard message >= 0 else { continue }
      awaited[messages[message].phase] -= 1
      for part in messages[message].unpacks {
        unsafe unpacks[part].copy.execute(
          from: UnsafeRawPointer(staging.receiveBase + unpacks[part].offset),
          to: origins[unpacks[part].field])
      }
      if combines.count > 0 {
        hasCome[message] = true
        combineInOrder()
      }
    }
  }

  /// Combines the messages that have come into owned cells, up to the first that has not: sums of floating-point
  /// numbers depend on their order, which is not to be that of arrival.
  private func combineInOrder() {
    while nextToCombine < messages.count {
      let message = nextToCombine
      if messages[message].receiveRequest != nil {
        guard hasCome[message] else { return }
        for index in messages[message].combines {
          unsafe combines[index].pass.execute(
            from: UnsafeRawPointer(staging.receiveBase + combines[index].offset),
            to: origins[combines[index].field])
        }
      }
      nextToCombine += 1
    }
  }

  /// Counts the exchange that has ended.
  func record(with stopwatches: PlanStopwatches) {
    guard let timer else { return }
    if wraps.count + wrapPasses.count > 0 {
      timer.record(stopwatches.wrap, nanoseconds: times.wrap, bytes: bytesWrapped)
    }
    guard messages.count > 0 else { return }
    timer.record(stopwatches.pack, nanoseconds: times.pack, bytes: bytesPacked)
    timer.record(stopwatches.send, nanoseconds: times.send, bytes: 0)
    timer.record(stopwatches.wait, nanoseconds: times.wait, bytes: 0)
    timer.record(stopwatches.unpack, nanoseconds: times.unpack, bytes: bytesUnpacked)
    timer.record(stopwatches.transfer, nanoseconds: times.transfer, bytes: 0)
  }

  /// The peers whose messages have not come or not gone.
  var unfinishedPeers: [Int] {
    var peers: Set<Int> = []
    for index in 0..<messages.count {
      let (send, receive) = (messages[index].sendRequest, messages[index].receiveRequest)
      if let send, requests.isPending(send) { peers.insert(messages[index].peer) }
      if let receive, requests.isPending(receive) { peers.insert(messages[index].peer) }
    }
    return peers.sorted()
  }
}
