import MPI
import Memory
import Strided
import Timing

extension HaloProgram {
  /// Binds the fields in `list`, packs and sends; from here to ``finish()`` they are in flight.
  ///
  /// - Throws: `HaloError.fieldMismatch` before anything is sent if a field is not the plan's.
  func begin() throws(HaloError) {
    guard !isBroken else {
      fatalError("Halo: this plan's last exchange failed midway; build another plan before the next exchange")
    }
    try bind()
    do throws(MPIError) {
      for index in 0..<messages.count {
        if let request = messages[index].receiveRequest { try requests.start(request) }
      }
      var clock = Timer.Split(timer)
      for index in 0..<messages.count {
        for part in messages[index].packs {
          unsafe packs[part].copy.execute(
            from: UnsafeRawPointer(origins[packs[part].field]), to: staging.sendBase + packs[part].offset)
        }
        clock.endFirst()
        if let request = messages[index].sendRequest { try requests.start(request) }
        clock.endSecond()
      }
      if let timer, let stopwatches, messages.count > 0 {
        timer.record(stopwatches.pack, nanoseconds: clock.first, bytes: bytesPacked)
        timer.record(stopwatches.send, nanoseconds: clock.second, bytes: 0)
      }
    } catch {
      giveUp()
      release()
      throw .mpi(error)
    }
  }

  /// Copies within the rank, unpacks each message as it arrives, and ends the flight.
  ///
  /// Does nothing if no exchange is in flight.
  ///
  /// - Throws: `HaloError.timedOut` naming the peers that did not send, `HaloError.mpi`.
  func finish() throws(HaloError) {
    guard isInFlight else { return }
    var clock = Timer.Split(timer)
    for index in 0..<wraps.count {
      let origin = unsafe origins[wraps[index].field]
      unsafe wraps[index].copy.execute(from: UnsafeRawPointer(origin), to: origin)
    }
    clock.endFirst()
    if let timer, let stopwatches, wraps.count > 0 {
      timer.record(stopwatches.wrap, nanoseconds: clock.first, bytes: bytesWrapped)
    }
    do throws(MPIError) {
      clock = Timer.Split(timer)
      var remaining = messageOfRequest.count
      while remaining > 0 {
        let count = try requests.waitSome()
        clock.endFirst()
        for place in 0..<count {
          let message = messageOfRequest[requests.completedIndex(place)]
          if message >= 0 { unpack(message) }
        }
        clock.endSecond()
        remaining -= count
      }
    } catch {
      giveUp()
      release()
      throw failure(error)
    }
    if let timer, let stopwatches, messages.count > 0 {
      timer.record(stopwatches.wait, nanoseconds: clock.first, bytes: 0)
      timer.record(stopwatches.unpack, nanoseconds: clock.second, bytes: bytesUnpacked)
    }
    release()
  }

  private func unpack(_ message: Int) {
    for part in messages[message].unpacks {
      unsafe unpacks[part].copy.execute(
        from: UnsafeRawPointer(staging.receiveBase + unpacks[part].offset),
        to: origins[unpacks[part].field])
    }
  }

  /// Ends the flight if the fields in `list` are the very ones that fly; traps if not.
  func finishUnmoved() throws(HaloError) {
    checkUnmoved()
    try finish()
  }

  /// Runs the body of an exchange, and ends the flight if it throws.
  func endingFlight<Result>(ifThrowing body: () throws -> Result) throws -> Result {
    do { return try body() } catch {
      finishAfterError()
      throw error
    }
  }

  /// Ends the flight after the body of an exchange has thrown; its own error is the one that counts.
  func finishAfterError() {
    try? finish()
  }

  /// The time now, for ``record(interiorSince:)`` and ``record(boundarySince:)``; reads no clock without a timer.
  func mark() -> Timer.Mark? { timer?.mark }

  /// Counts a kernel's time on the interior.
  func record(interiorSince mark: Timer.Mark?) {
    guard let timer, let stopwatches, let mark else { return }
    timer.record(stopwatches.interior, since: mark, bytes: 0)
  }

  /// Counts a kernel's time on the boundary slabs.
  func record(boundarySince mark: Timer.Mark?) {
    guard let timer, let stopwatches, let mark else { return }
    timer.record(stopwatches.boundary, since: mark, bytes: 0)
  }

  private func failure(_ error: MPIError) -> HaloError {
    guard case .timeLimit(let limit) = error.reason else { return .mpi(error) }
    var peers: Set<Int> = []
    for index in 0..<messages.count {
      let (send, receive) = (messages[index].sendRequest, messages[index].receiveRequest)
      if let send, requests.isPending(send) { peers.insert(messages[index].peer) }
      if let receive, requests.isPending(receive) { peers.insert(messages[index].peer) }
    }
    return .timedOut(
      rank: communicator.rank, waitingFor: peers.sorted(), limit: limit)
  }
}

// MARK: - The fields of an exchange

extension HaloProgram {
  private func bind() throws(HaloError) {
    guard list.storages.count == descriptors.count else {
      let found = list.storages.count
      list.storages.removeAll(keepingCapacity: true)
      throw .fieldMismatch(
        FieldMismatch(
          rank: communicator.rank, peer: nil, field: "list", property: "number of fields",
          expected: "\(descriptors.count)", found: "\(found)"))
    }
    for index in descriptors.indices where list.storages[index]?.descriptor != descriptors[index] {
      let found = list.storages[index]
      list.storages.removeAll(keepingCapacity: true)
      throw .fieldMismatch(mismatch(at: index, found: found))
    }
    swap(&list.storages, &flying)
    isInFlight = true
    for index in flying.indices {
      guard let storage = flying[index] else { continue }
      guard unsafe !storage.isInFlight else {
        fatalError(
          "Halo: field \(names[index]) is in two exchanges at once, or twice in one; "
            + "end the first exchange before the second")
      }
      unsafe storage.isInFlight = true
      unsafe origins[index] = storage.origin
    }
  }

  private func release() {
    isInFlight = false
    for index in flying.indices { unsafe flying[index]?.isInFlight = false }
    flying.removeAll(keepingCapacity: true)
  }

  private func checkUnmoved() {
    defer { list.storages.removeAll(keepingCapacity: true) }
    guard list.storages.count == flying.count else {
      fatalError(
        "Halo: fields were added or removed while an exchange is in flight; do so before or after it")
    }
    for index in flying.indices where list.storages[index] !== flying[index] {
      fatalError("Halo: field \(names[index]) was replaced while an exchange is in flight; swap after it")
    }
  }

  private func mismatch(at index: Int, found storage: FieldStorage?) -> FieldMismatch {
    func mismatch(_ property: String, _ expected: String, _ found: String) -> FieldMismatch {
      FieldMismatch(
        rank: communicator.rank, peer: nil, field: names[index], property: property, expected: expected,
        found: found)
    }
    guard let expected = descriptors[index] else { return mismatch("presence", "no field", "a field") }
    guard let found = storage?.descriptor else { return mismatch("presence", "a field", "nil") }
    if expected.dtype != found.dtype {
      return mismatch("dtype", expected.dtype.description, found.dtype.description)
    }
    if expected.axes != found.axes {
      return mismatch("axes", expected.axes.description, found.axes.description)
    }
    if expected.extents != found.extents {
      return mismatch("extents", expected.extents.description, found.extents.description)
    }
    if expected.haloBelow != found.haloBelow || expected.haloAbove != found.haloAbove {
      return mismatch("halo", expected.haloDescription, found.haloDescription)
    }
    return mismatch("strides", expected.strides.description, found.strides.description)
  }
}
