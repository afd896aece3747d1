internal import CMPI

/// A call of MPI in words, for the errors that it may meet.
struct Call {
  let function: StaticString
  let peer: Peer
  let tag: Tag

  /// The other side of a message.
  enum Peer {
    case none, any
    case rank(Int32)
  }

  /// The label of a message.
  enum Tag {
    case none, any
    case value(Int32)
  }

  @inline(__always)
  init(_ function: StaticString, peer: Peer = .none, tag: Tag = .none) {
    self.function = function
    self.peer = peer
    self.tag = tag
  }
}

extension Call.Peer {
  var number: Int? { if case .rank(let rank) = self { Int(rank) } else { nil } }
}

extension Call.Tag {
  var number: Int? { if case .value(let value) = self { Int(value) } else { nil } }
}

extension Call {
  /// What a wait in this call waits for.
  var awaited: String {
    switch (peer, tag) {
    case (.none, _): "the other ranks"
    case (.any, .any), (.any, .none): "a message of any rank"
    case (.any, .value(let tag)): "a message of any rank with tag \(tag)"
    case (.rank(let peer), .value(let tag)): "rank \(peer) with tag \(tag)"
    case (.rank(let peer), _): "rank \(peer)"
    }
  }
}

extension Communicator {
  @inline(__always)
  func check(_ code: Int32, _ call: @autoclosure () -> Call) throws(MPIError) {
    if code != MPI_SUCCESS { throw libraryError(code, call()) }
  }

  @inline(never)
  func libraryError(_ code: Int32, _ call: Call) -> MPIError {
    MPIError(
      code: code, function: call.function, rank: rank, size: size, peer: call.peer.number,
      tag: call.tag.number)
  }

  /// An error that this library finds, of one of the standard's classes.
  @inline(never)
  func error(
    _ errorClass: Int32, _ message: String, _ call: Call, reason: MPIError.Reason = .refused
  ) -> MPIError {
    MPIError(
      reason: reason, code: errorClass, message: message, function: call.function, rank: rank, size: size,
      peer: call.peer.number, tag: call.tag.number)
  }

  /// The error of a message of another size than the memory meant for it.
  @inline(never)
  func sizeError(_ call: Call, expected: Int, found: Int, remark: String = "") -> MPIError {
    error(
      MPI_ERR_TRUNCATE, "expected a message of \(expected) bytes and found one of \(found)\(remark)", call,
      reason: .messageSize(expected: expected, found: found))
  }

  /// Gives up a wait: the error of one that lasted longer than `limit`, which is the communicator's unless another is
  /// given.
  @inline(never)
  func timeLimitError(_ call: Call, limit: TimeLimit? = nil) -> MPIError {
    hasGivenUpWaiting = true
    if let rank = carrier?.endedBy { return endError(call, rank) }
    let limit = limit ?? self.limit
    let seconds = (Double(limit.nanoseconds) * 1e-6).rounded() / 1000
    return error(
      MPI_ERR_OTHER,
      "waited \(seconds) s for \(call.awaited); if that is too short, set HALO_TIMEOUT to more seconds (0: no limit)",
      call, reason: .timeLimit(limit.duration ?? .zero))
  }

  /// The error of a wait in a local world that rank `rank` has ended.
  private func endError(_ call: Call, _ rank: Int) -> MPIError {
    error(
      MPI_ERR_OTHER, "waited for \(call.awaited) until rank \(rank) ended the run with its error", call,
      reason: .runEnded(byRank: rank))
  }

  /// The rank to send to, as MPI takes it.
  @inline(__always)
  func destination(_ peer: Int, _ function: StaticString) throws(MPIError) -> Int32 {
    guard peer >= 0 && peer < size else { throw rankError(peer, function) }
    return Int32(truncatingIfNeeded: peer)
  }

  @inline(never)
  private func rankError(_ peer: Int, _ function: StaticString) -> MPIError {
    // MPI gives some negative numbers a meaning (any rank, no rank), so its own check would not find them.
    libraryError(MPI_ERR_RANK, Call(function, peer: .rank(Int32(clamping: peer))))
  }

  @inline(__always)
  func source(_ peer: Int?, _ function: StaticString) throws(MPIError) -> Int32 {
    guard let peer else { return MPI_ANY_SOURCE }
    return try destination(peer, function)
  }

  @inline(__always)
  func label(_ tag: Int, _ function: StaticString) throws(MPIError) -> Int32 {
    guard tag >= 0 && tag <= Int(Int32.max) else {
      throw libraryError(MPI_ERR_TAG, Call(function, tag: .value(Int32(clamping: tag))))
    }
    return Int32(truncatingIfNeeded: tag)
  }

  @inline(__always)
  func label(_ tag: Int?, _ function: StaticString) throws(MPIError) -> Int32 {
    guard let tag else { return MPI_ANY_TAG }
    return try label(tag, function)
  }

  @inline(__always)
  func sending(_ function: StaticString, _ peer: Int32, _ tag: Int32) -> Call {
    Call(function, peer: .rank(peer), tag: .value(tag))
  }

  @inline(__always)
  func receiving(_ function: StaticString, _ peer: Int32, _ tag: Int32) -> Call {
    Call(
      function, peer: peer == MPI_ANY_SOURCE ? .any : .rank(peer),
      tag: tag == MPI_ANY_TAG ? .any : .value(tag))
  }
}
