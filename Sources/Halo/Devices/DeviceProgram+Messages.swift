import MPI
import Memory

extension DeviceProgram {
  /// Awaits one message.
  func receive(_ index: Int) throws(HaloError) {
    messages[index].number &+= 1
    guard messages[index].receiveByteCount > 0 else { return }
    phases[messages[index].phase].awaited += 1
    guard let request = messages[index].receiveRequest else {
      messages[index].isAwaited = true
      awaitedFromPeers += 1
      return
    }
    if let place = messages[index].route.placeReceived {
      let first = messages[index].receiveOffset
      staged[place]?.requireNoUntrackedTransfer(
        before: "given to MPI to receive into", of: first..<first + messages[index].receiveByteCount)
    }
    do throws(MPIError) { try requests.start(request) } catch { throw .mpi(error) }
  }

  /// Sends, or offers, a message that has been packed.
  func send(_ index: Int) throws(HaloError) {
    messages[index].isBeingPacked = false
    beingPacked -= 1
    let first = messages[index].sendOffset
    let bytes = first..<first + messages[index].sendByteCount
    staged[messages[index].route.placePacked]?.requireNoUntrackedTransfer(
      before: "given away as packed", of: bytes)
    if let request = messages[index].sendRequest {
      if let place = messages[index].route.placeSent {
        staged[place]?.requireNoUntrackedTransfer(before: "given to MPI to send", of: bytes)
      }
      do throws(MPIError) { try requests.start(request) } catch { throw .mpi(error) }
      return
    }
    peers.outgoing[index]?.publish(.message, for: messages[index].number)
    communicator.wake(messages[index].peer)
    messages[index].isUntaken = true
    untakenByPeers += 1
  }

  /// Gives the device what is to be done with a message that has come.
  func arrive(_ index: Int) throws(DeviceError) {
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
    for place in phases[phase].unpacks.indices {
      try phases[phase].unpacks[place].run(on: queues.own, fields)
    }
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
