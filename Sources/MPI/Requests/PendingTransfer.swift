internal import CMPI

/// A send or receive under way over raw memory, which must stay where it is until the transfer has ended.
package struct PendingTransfer: ~Copyable {
  private var request: CMPI_Request
  private let communicator: Communicator
  private let call: Call
  private let receives: Bool
  private let expected: Int
  private var ended: MPI_Status?
  /// The transfer where MPI does not carry it, and what came of it.
  private let carried: LocalTransfer?
  private var arrived: Status?

  fileprivate init(
    _ request: CMPI_Request, _ carried: LocalTransfer? = nil, on communicator: Communicator, _ call: Call,
    receives: Bool, expected: Int
  ) {
    self.request = request
    self.carried = carried
    self.communicator = communicator
    self.call = call
    self.receives = receives
    self.expected = expected
  }

  /// Waits until the transfer has ended; that of a receive has stored a message of exactly the expected size
  /// then.
  ///
  /// A send that nobody receives within the time limit ends the job with the error's message; in a local world it
  /// throws that error.
  package consuming func wait() throws(MPIError) {
    if let carried {
      let status = try finish(carried)
      return receives ? try checkSize(status) : ()
    }
    let status = try finish()
    if receives { _ = try arrival(status) }
  }

  /// Waits until a receive has ended; what arrived.
  package consuming func waitForMessage() throws(MPIError) -> Status {
    guard let carried else { return try arrival(try finish()) }
    let status = try finish(carried)
    try checkSize(status)
    return status
  }

  private mutating func finish(_ carried: LocalTransfer) throws(MPIError) -> Status {
    if let arrived { return arrived }
    var patience = Patience(communicator)
    while true {
      if let status = try communicator.test(carried, call) { return status }
      guard patience.isSpent() else { continue }
      carried.withdraw()
      throw communicator.timeLimitError(call)
    }
  }

  private mutating func finish() throws(MPIError) -> MPI_Status {
    var status = ended ?? MPI_Status()
    if ended == nil, try !communicator.completes(&request, &status, call) {
      let error = communicator.timeLimitError(call)
      guard receives, withdraw() else { MPI.fail(error) }
      throw error
    }
    return status
  }

  /// Whether the transfer has ended; does not wait.
  package mutating func isComplete() throws(MPIError) -> Bool {
    if let carried {
      if arrived == nil { arrived = try communicator.test(carried, call) }
      if arrived == nil { communicator.letOthersRun() }
      return arrived != nil
    }
    guard ended == nil else { return true }
    var done: Int32 = 0
    var status = MPI_Status()
    try communicator.check(unsafe CMPI_Test(&request, &done, &status), call)
    if done != 0 { ended = status }
    return done != 0
  }

  private func arrival(_ status: MPI_Status) throws(MPIError) -> Status {
    let status = try Status(status, on: communicator)
    try checkSize(status)
    return status
  }

  private func checkSize(_ status: Status) throws(MPIError) {
    guard status.byteCount != expected else { return }
    throw communicator.sizeError(call, expected: expected, found: status.byteCount)
  }

  /// Takes back a receive that no message has met; `false` if its message is arriving and does not end.
  private mutating func withdraw() -> Bool {
    guard unsafe CMPI_Cancel(&request) == MPI_SUCCESS else { return false }
    var status = MPI_Status()
    return (try? communicator.completes(&request, &status, call)) ?? false
  }

  deinit {
    if let carried {
      if carried.isPending { PendingTransfer.end(carried, on: communicator, call) }
      return
    }
    guard CMPI_Request_is_null(request) == 0, MPI.isInitialized else { return }
    var request = request
    if receives { _ = unsafe CMPI_Cancel(&request) }
    var status = MPI_Status()
    let ended = try? communicator.completes(&request, &status, call)
    if ended != true { MPI.fail(communicator.timeLimitError(call)) }
  }

  private static func end(_ carried: LocalTransfer, on communicator: Communicator, _ call: Call) {
    defer { carried.withdraw() }
    guard !carried.receives else { return }
    var patience = Patience(communicator)
    while carried.test() == nil {
      if patience.isSpent() {
        communicator.carrier?.end(with: communicator.timeLimitError(call))
        return
      }
    }
  }
}

extension Communicator {
  /// Begins to send `byteCount` bytes from `start`.
  package func startSend(
    bytes start: UnsafeRawPointer?, byteCount: Int, to destination: Int, tag: Int
  ) throws(MPIError) -> PendingTransfer {
    let peer = try self.destination(destination, "MPI_Isend")
    let tag = try label(tag, "MPI_Isend")
    let call = sending("MPI_Isend", peer, tag)
    if let carrier {
      let start = unsafe UnsafeMutableRawPointer(mutating: start)
      return unsafe self.start(call, false, peer, tag, start, byteCount, through: carrier)
    }
    let request = try unsafe request(sending: start, byteCount, peer, tag)
    return PendingTransfer(request, on: self, call, receives: false, expected: byteCount)
  }

  /// Begins to receive a message of `byteCount` bytes to `start`.
  ///
  /// A message of another size is an error when the transfer is waited for; what of it fits has been stored
  /// by then.
  package func startReceive(
    bytes start: UnsafeMutableRawPointer?, byteCount: Int, from source: Int?, tag: Int?
  ) throws(MPIError) -> PendingTransfer {
    let peer = try self.source(source, "MPI_Irecv")
    let tag = try label(tag, "MPI_Irecv")
    let call = receiving("MPI_Irecv", peer, tag)
    if let carrier { return unsafe self.start(call, true, peer, tag, start, byteCount, through: carrier) }
    var request = CMPI_REQUEST_NULL()
    if let count = Int32(exactly: byteCount) {
      try check(unsafe CMPI_Irecv(start, count, CMPI_BYTE(), peer, tag, handle, &request), call)
    } else {
      let block = try Datatype(byteCount: byteCount)
      try check(unsafe CMPI_Irecv(start, 1, block.handle, peer, tag, handle, &request), call)
    }
    return PendingTransfer(request, on: self, call, receives: true, expected: byteCount)
  }

  @inline(never)
  private func start(
    _ call: Call, _ receives: Bool, _ peer: Int32, _ tag: Int32, _ start: UnsafeMutableRawPointer?,
    _ byteCount: Int, through carrier: any Carrier
  ) -> PendingTransfer {
    carrier.requireRunning()
    let transfer = unsafe carrier.transfer(
      receives: receives, peer: peer, tag: tag, memory: start, byteCount: byteCount, layouts: [],
      isPersistent: false)
    transfer.start()
    return PendingTransfer(
      CMPI_REQUEST_NULL(), transfer, on: self, call, receives: receives, expected: byteCount)
  }
}
