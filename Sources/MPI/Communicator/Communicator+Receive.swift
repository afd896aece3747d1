internal import CMPI
public import Strided

extension Communicator {
  /// Receives a message of exactly the size of `elements`.
  ///
  /// The message's size is looked at before its data: a message of another size is thrown away, with an error
  /// that says how long it was, and `elements` stay as they were.
  ///
  /// ```swift
  /// var edge = [Double](repeating: 0, count: 64)
  /// var memory = edge.mutableSpan
  /// try world.receive(into: &memory, from: 0, tag: 7)
  /// ```
  ///
  /// - Parameters:
  ///   - elements: Where the message goes; may be empty, and larger than 2 GiB.
  ///   - source: The rank that sends it; `nil` for any.
  ///   - tag: The label it was sent with; `nil` for any.
  /// - Throws: `MPIError`: the message has another size, or none came within the time limit.
  @inlinable
  @discardableResult
  public func receive<Element: ArrayElement>(
    into elements: inout MutableSpan<Element>, from source: Int?, tag: Int?
  ) throws(MPIError) -> Status {
    let byteCount = elements.count * MemoryLayout<Element>.stride
    return try unsafe elements.withUnsafeMutableBufferPointer { (memory) throws(MPIError) in
      try unsafe receive(
        bytes: UnsafeMutableRawPointer(memory.baseAddress), byteCounts: byteCount...byteCount,
        multipleOf: MemoryLayout<Element>.stride, from: source, tag: tag)
    }
  }

  /// Receives a message of at most the size of `elements` into the first of them.
  ///
  /// A message that is longer, or that ends within an element, is thrown away with an error, and `elements`
  /// stay as they were.
  ///
  /// - Returns: Who sent the message, and `count(of:)` its elements.
  /// - Throws: `MPIError`: the message does not fit, or none came within the time limit.
  @inlinable
  @discardableResult
  public func receive<Element: ArrayElement>(
    upTo elements: inout MutableSpan<Element>, from source: Int?, tag: Int?
  ) throws(MPIError) -> Status {
    let byteCount = elements.count * MemoryLayout<Element>.stride
    return try unsafe elements.withUnsafeMutableBufferPointer { (memory) throws(MPIError) in
      try unsafe receive(
        bytes: UnsafeMutableRawPointer(memory.baseAddress), byteCounts: 0...byteCount,
        multipleOf: MemoryLayout<Element>.stride, from: source, tag: tag)
    }
  }

  /// Receives a message into memory at `start`, if its size in bytes is in `byteCounts` and a multiple of
  /// `elementSize`.
  ///
  /// - Throws: As ``receive(into:from:tag:)``.
  @unsafe
  @discardableResult
  public func receive(
    bytes start: UnsafeMutableRawPointer?, byteCounts: ClosedRange<Int>, multipleOf elementSize: Int = 1,
    from source: Int?, tag: Int?
  ) throws(MPIError) -> Status {
    let peer = try self.source(source, "MPI_Mprobe")
    let label = try self.label(tag, "MPI_Mprobe")
    var (message, status) = try match(peer, label, byteCount: byteCounts.upperBound)
    guard byteCounts ~= status.byteCount, status.byteCount % elementSize == 0 else {
      try discard(&message, status)
      throw sizeError(byteCounts.upperBound, status, elementSize: elementSize)
    }
    try unsafe take(&message, into: start, status)
    return status
  }

  /// Receives a message into the elements that `datatype` describes, from `start`; it must have exactly their
  /// size.
  ///
  /// - Throws: As ``receive(into:from:tag:)``.
  @unsafe
  @discardableResult
  public func receive(
    _ start: UnsafeMutableRawPointer, as datatype: borrowing Datatype, from source: Int?, tag: Int?
  ) throws(MPIError) -> Status {
    let peer = try self.source(source, "MPI_Mprobe")
    let label = try self.label(tag, "MPI_Mprobe")
    var (message, status) = try match(peer, label, byteCount: datatype.byteCount)
    guard status.byteCount == datatype.byteCount else {
      try discard(&message, status)
      throw sizeError(datatype.byteCount, status, elementSize: 1)
    }
    if let carried = message.carried {
      unsafe carried.pass(into: start, as: datatype.layouts)
      return status
    }
    var request = CMPI_REQUEST_NULL()
    let call = arrival(status)
    try check(unsafe CMPI_Imrecv(start, 1, datatype.handle, &message.handle, &request), call)
    try waitOrEnd(&request, call)
    return status
  }

  /// Waits until a message is there, and returns what is known of it without receiving it.
  ///
  /// - Throws: `MPIError`, also if none came within the time limit.
  public func probe(from source: Int?, tag: Int?) throws(MPIError) -> Status {
    var patience = Patience(self)
    while true {
      if let status = try probeNow(from: source, tag: tag, waits: true) { return status }
      if patience.isSpent() {
        let peer = try self.source(source, "MPI_Probe")
        throw timeLimitError(receiving("MPI_Probe", peer, try label(tag, "MPI_Probe")))
      }
    }
  }

  /// What is known of a message that is there already; `nil` if there is none.
  ///
  /// Does not wait.
  ///
  /// - Throws: `MPIError` with class `MPI_ERR_RANK` or `MPI_ERR_TAG`, if `source` or `tag` is none; in a local world also
  ///   if another rank's error has ended it.
  public func probeNow(from source: Int?, tag: Int?) throws(MPIError) -> Status? {
    try probeNow(from: source, tag: tag, waits: false)
  }

  private func probeNow(from source: Int?, tag: Int?, waits: Bool) throws(MPIError) -> Status? {
    let peer = try self.source(source, "MPI_Iprobe")
    let label = try self.label(tag, "MPI_Iprobe")
    if let carrier {
      carrier.requireRunning()
      let status = carrier.probe(from: peer, tag: label, waits: waits)
      if status == nil, carrier.endedBy != nil { throw timeLimitError(receiving("MPI_Iprobe", peer, label)) }
      return status
    }
    var found: Int32 = 0
    var status = MPI_Status()
    try check(unsafe CMPI_Iprobe(peer, label, handle, &found, &status), receiving("MPI_Iprobe", peer, label))
    return found == 0 ? nil : try Status(status, on: self)
  }

  /// A message that was taken from the queue, without its data yet.
  private struct Matched {
    var handle = CMPI_MESSAGE_NULL()
    /// The message where MPI does not carry it.
    var carried: LocalTransfer?
  }

  /// Takes the next message from the queue; where nothing is exchanged, one of `byteCount` bytes.
  @inline(__always)
  private func match(
    _ peer: Int32, _ tag: Int32, byteCount: Int
  ) throws(MPIError) -> (Matched, Status) {
    if let carrier { return try match(peer, tag, byteCount: byteCount, through: carrier) }
    var message = CMPI_MESSAGE_NULL()
    var status = MPI_Status()
    var found: Int32 = 0
    var patience = Patience(self)
    let comm = handle
    while true {
      try check(
        unsafe CMPI_Improbe(peer, tag, comm, &found, &message, &status), receiving("MPI_Mprobe", peer, tag))
      if found != 0 { return (Matched(handle: message), try Status(status, on: self)) }
      if patience.isSpent() { throw timeLimitError(receiving("MPI_Mprobe", peer, tag)) }
    }
  }

  @inline(never)
  private func match(
    _ peer: Int32, _ tag: Int32, byteCount: Int, through carrier: any Carrier
  ) throws(MPIError) -> (Matched, Status) {
    carrier.requireRunning()
    var patience = Patience(self)
    while true {
      if let message = carrier.match(from: peer, tag: tag, byteCount: byteCount) {
        return (Matched(carried: message), message.message)
      }
      if patience.isSpent() { throw timeLimitError(receiving("MPI_Mprobe", peer, tag)) }
    }
  }

  @inline(__always)
  private func take(
    _ message: inout Matched, into start: UnsafeMutableRawPointer?, _ status: Status
  ) throws(MPIError) {
    if let carried = message.carried { return unsafe carried.pass(into: start) }
    var request = CMPI_REQUEST_NULL()
    if let count = Int32(exactly: status.byteCount) {
      try check(unsafe CMPI_Imrecv(start, count, CMPI_BYTE(), &message.handle, &request), arrival(status))
    } else {
      let block = try Datatype(byteCount: status.byteCount)
      try check(unsafe CMPI_Imrecv(start, 1, block.handle, &message.handle, &request), arrival(status))
    }
    try waitOrEnd(&request, arrival(status))
  }

  /// Receives a message that is not wanted, so that it does not stay in the queue.
  private func discard(_ message: inout Matched, _ status: Status) throws(MPIError) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, status.byteCount), alignment: 16)
    defer { unsafe memory.deallocate() }
    try unsafe take(&message, into: memory, status)
  }

  @inline(never)
  private func sizeError(_ expected: Int, _ status: Status, elementSize: Int) -> MPIError {
    let multiple = status.byteCount % elementSize == 0 ? "" : ", which is no multiple of \(elementSize)"
    return sizeError(
      arrival(status), expected: expected, found: status.byteCount, remark: "\(multiple); nothing was stored")
  }

  private func arrival(_ status: Status) -> Call {
    Call("MPI_Mrecv", peer: .rank(Int32(status.source)), tag: .value(Int32(status.tag)))
  }
}

extension Status {
  @inline(__always)
  init(_ status: MPI_Status, on communicator: Communicator) throws(MPIError) {
    var byteCount: Int64 = 0
    var status = status
    try communicator.check(
      unsafe CMPI_Status_byte_count(&status, &byteCount),
      communicator.receiving("MPI_Get_elements_x", status.MPI_SOURCE, status.MPI_TAG))
    self.init(source: Int(status.MPI_SOURCE), tag: Int(status.MPI_TAG), byteCount: Int(byteCount))
  }
}
