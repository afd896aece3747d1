internal import CMPI

/// A send or receive under way over raw memory, which must stay where it is until the transfer has ended.
package struct PendingTransfer: ~Copyable {
  private var request: CMPI_Request
  private let communicator: Communicator
  private let call: Call
  private let receives: Bool
  private let expected: Int
  private var ended: MPI_Status?

  fileprivate init(
    _ request: CMPI_Request, on communicator: Communicator, _ call: Call, receives: Bool, expected: Int
  ) {
    self.request = request
    self.communicator = communicator
    self.call = call
    self.receives = receives
    self.expected = expected
  }

  /// Waits until the transfer has ended; that of a receive has stored a message of exactly the expected size
  /// then.
  ///
  /// A send that nobody receives within the time limit ends the job with the error's message.
  package consuming func wait() throws(MPIError) {
    let status = try finish()
    if receives { _ = try arrival(status) }
  }

  /// Waits until a receive has ended; what arrived.
  package consuming func waitForMessage() throws(MPIError) -> Status {
    try arrival(try finish())
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
    guard ended == nil else { return true }
    var done: Int32 = 0
    var status = MPI_Status()
    try communicator.check(unsafe CMPI_Test(&request, &done, &status), call)
    if done != 0 { ended = status }
    return done != 0
  }

  private func arrival(_ status: MPI_Status) throws(MPIError) -> Status {
    let status = try Status(status, on: communicator)
    guard status.byteCount == expected else {
      throw communicator.error(
        MPI_ERR_TRUNCATE, "expected a message of \(expected) bytes and found one of \(status.byteCount)",
        call,
        reason: .messageSize(expected: expected, found: status.byteCount))
    }
    return status
  }

  /// Takes back a receive that no message has met; `false` if its message is arriving and does not end.
  private mutating func withdraw() -> Bool {
    guard unsafe CMPI_Cancel(&request) == MPI_SUCCESS else { return false }
    var status = MPI_Status()
    return (try? communicator.completes(&request, &status, call)) ?? false
  }

  deinit {
    guard CMPI_Request_is_null(request) == 0, MPI.isInitialized else { return }
    var request = request
    if receives { _ = unsafe CMPI_Cancel(&request) }
    var status = MPI_Status()
    let ended = try? communicator.completes(&request, &status, call)
    if ended != true { MPI.fail(communicator.timeLimitError(call)) }
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
    var request = CMPI_REQUEST_NULL()
    if let count = Int32(exactly: byteCount) {
      try check(unsafe CMPI_Isend(start, count, CMPI_BYTE(), peer, tag, handle, &request), call)
    } else {
      let block = try Datatype(byteCount: byteCount)
      try check(unsafe CMPI_Isend(start, 1, block.handle, peer, tag, handle, &request), call)
    }
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
    var request = CMPI_REQUEST_NULL()
    if let count = Int32(exactly: byteCount) {
      try check(unsafe CMPI_Irecv(start, count, CMPI_BYTE(), peer, tag, handle, &request), call)
    } else {
      let block = try Datatype(byteCount: byteCount)
      try check(unsafe CMPI_Irecv(start, 1, block.handle, peer, tag, handle, &request), call)
    }
    return PendingTransfer(request, on: self, call, receives: true, expected: byteCount)
  }
}
