import MPI
import Memory
import Timing

extension DeviceProgram {
  var isAnythingPending: Bool {
    beingPacked + beingTaken + awaitedFromPeers + untakenByPeers > 0 || requests.pendingCount > 0
  }

  @inline(__always)
  func wait(until isOver: () -> Bool) throws(HaloError) {
    guard !isOver() else { return }
    var clock = Timer.Split(timer)
    // Nothing rings when a device is ready.
    var patience = Patience(polling: communicator)
    var looks = 0
    while true {
      if try look() { patience = Patience(polling: communicator) }
      if isOver() { break }
      looks &+= 1
      if isTimeToCheckPeers(after: looks) { try checkPeers() }
      if patience.isSpent() { throw timeLimitError }
    }
    clock.endFirst()
    times.wait += clock.first
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
  func look() throws(HaloError) -> Bool {
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
      if message >= 0 { try HaloError.rethrow { () throws(DeviceError) in try arrive(message) } }
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
          try HaloError.rethrow { () throws(DeviceError) in try arrive(index) }
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
    try HaloError.rethrow { () throws(DeviceError) in try event.isComplete }
  }
}
