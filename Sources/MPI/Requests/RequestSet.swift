internal import CMPI

/// Persistent sends and receives that are added once and started many times.
///
/// All memory is allocated by `init`. The memory of a transfer belongs to MPI from its start to its
/// completion.
///
/// ```swift
/// var requests = RequestSet(capacity: 2, on: world)
/// let receive = try unsafe requests.addPersistentReceive(halo, byteCount: 512, from: 1, tag: 0)
/// let send = try unsafe requests.addPersistentSend(edge, byteCount: 512, to: 1, tag: 0)
/// for _ in 0..<steps {
///   try requests.startAll()
///   try requests.waitAll()
/// }
/// ```
@safe
package struct RequestSet: ~Copyable {
  /// The most transfers that it can hold.
  package let capacity: Int
  /// The number of transfers.
  package internal(set) var count = 0
  /// The number of transfers that are started and not known to be complete.
  package internal(set) var pendingCount = 0
  /// How often a transfer was started.
  package private(set) var startedCount = 0
  package let communicator: Communicator

  private let requests: UnsafeMutablePointer<CMPI_Request>
  private let statuses: UnsafeMutablePointer<MPI_Status>
  let completed: UnsafeMutablePointer<Int32>
  let transfers: UnsafeMutablePointer<Transfer>
  /// Whether MPI does not carry the transfers, but `carried` are those themselves.
  private let isCarried: Bool
  var carried: [LocalTransfer] = []

  /// What is known of one transfer, beside MPI's own request.
  struct Transfer {
    var peer: Int32
    var tag: Int32
    var byteCount: Int64
    var receives: Bool
    var isPending: Bool

    var call: Call { Call(receives ? "MPI_Recv_init" : "MPI_Send_init", peer: .rank(peer), tag: .value(tag)) }
  }

  package init(capacity: Int, on communicator: Communicator) {
    Patience.prepare()
    self.capacity = capacity
    self.communicator = communicator
    unsafe requests = .allocate(capacity: capacity)
    unsafe statuses = .allocate(capacity: capacity)
    unsafe completed = .allocate(capacity: capacity)
    unsafe transfers = .allocate(capacity: capacity)
    unsafe requests.initialize(repeating: CMPI_REQUEST_NULL(), count: capacity)
    unsafe statuses.initialize(repeating: MPI_Status(), count: capacity)
    unsafe completed.initialize(repeating: 0, count: capacity)
    isCarried = communicator.carrier != nil
    if isCarried { carried.reserveCapacity(capacity) }
  }

  deinit {
    if isCarried {
      for transfer in carried where transfer.isPending { transfer.withdraw() }
    } else if MPI.isInitialized {
      unsafe RequestSet.free(requests, statuses, transfers, count, communicator)
    }
    unsafe requests.deallocate()
    unsafe statuses.deallocate()
    unsafe completed.deallocate()
    unsafe transfers.deallocate()
  }

  // MARK: Adding

  /// Adds a send of `byteCount` bytes from `start`; its index.
  package mutating func addPersistentSend(
    _ start: UnsafeRawPointer?, byteCount: Int, to destination: Int, tag: Int
  ) throws(MPIError) -> Int {
    if let carrier = communicator.carrier {
      let start = unsafe UnsafeMutableRawPointer(mutating: start)
      return try unsafe add(false, start, byteCount, [], destination, tag, to: carrier)
    }
    if byteCount > Int(Int32.max), let start = unsafe start {
      let block = try Datatype(byteCount: byteCount)
      return try unsafe addPersistentSend(start, as: block, to: destination, tag: tag)
    }
    return try add(byteCount, destination, tag, receives: false) { (comm, peer, tag, request) in
      unsafe CMPI_Send_init(start, Int32(byteCount), CMPI_BYTE(), peer, tag, comm, &request)
    }
  }

  /// Adds a send of what `datatype` describes from `start`; its index.
  ///
  /// MPI keeps the datatype for as long as it needs it.
  package mutating func addPersistentSend(
    _ start: UnsafeRawPointer, as datatype: borrowing Datatype, to destination: Int, tag: Int
  ) throws(MPIError) -> Int {
    if let carrier = communicator.carrier {
      let start = unsafe UnsafeMutableRawPointer(mutating: start)
      return try unsafe add(
        false, start, datatype.byteCount, datatype.layouts, destination, tag, to: carrier)
    }
    let handle = datatype.handle
    return try add(datatype.byteCount, destination, tag, receives: false) { (comm, peer, tag, request) in
      unsafe CMPI_Send_init(start, 1, handle, peer, tag, comm, &request)
    }
  }

  /// Adds a receive of a message of `byteCount` bytes to `start`; its index.
  package mutating func addPersistentReceive(
    _ start: UnsafeMutableRawPointer?, byteCount: Int, from source: Int, tag: Int
  ) throws(MPIError) -> Int {
    if let carrier = communicator.carrier {
      return try unsafe add(true, start, byteCount, [], source, tag, to: carrier)
    }
    if byteCount > Int(Int32.max), let start = unsafe start {
      let block = try Datatype(byteCount: byteCount)
      return try unsafe addPersistentReceive(start, as: block, from: source, tag: tag)
    }
    return try add(byteCount, source, tag, receives: true) { (comm, peer, tag, request) in
      unsafe CMPI_Recv_init(start, Int32(byteCount), CMPI_BYTE(), peer, tag, comm, &request)
    }
  }

  /// Adds a receive into what `datatype` describes from `start`; its index.
  ///
  /// MPI keeps the datatype for as long as it needs it.
  package mutating func addPersistentReceive(
    _ start: UnsafeMutableRawPointer, as datatype: borrowing Datatype, from source: Int, tag: Int
  ) throws(MPIError) -> Int {
    if let carrier = communicator.carrier {
      return try unsafe add(true, start, datatype.byteCount, datatype.layouts, source, tag, to: carrier)
    }
    let handle = datatype.handle
    return try add(datatype.byteCount, source, tag, receives: true) { (comm, peer, tag, request) in
      unsafe CMPI_Recv_init(start, 1, handle, peer, tag, comm, &request)
    }
  }

  private mutating func add(
    _ byteCount: Int, _ peer: Int, _ tag: Int, receives: Bool,
    _ make: (CMPI_Comm, Int32, Int32, inout CMPI_Request) -> Int32
  ) throws(MPIError) -> Int {
    let transfer = try transfer(byteCount, peer, tag, receives: receives)
    var request = CMPI_REQUEST_NULL()
    let code = make(communicator.handle, transfer.peer, transfer.tag, &request)
    try communicator.check(code, transfer.call)
    unsafe requests[count] = request
    return append(transfer)
  }

  func transfer(
    _ byteCount: Int, _ peer: Int, _ tag: Int, receives: Bool
  ) throws(MPIError) -> Transfer {
    guard count < capacity else {
      fatalError("a RequestSet of capacity \(capacity) is full: give it a larger capacity")
    }
    let function: StaticString = receives ? "MPI_Recv_init" : "MPI_Send_init"
    return Transfer(
      peer: try communicator.destination(peer, function), tag: try communicator.label(tag, function),
      byteCount: Int64(byteCount), receives: receives, isPending: false)
  }

  mutating func append(_ transfer: Transfer) -> Int {
    unsafe (transfers + count).initialize(to: transfer)
    count += 1
    return count - 1
  }

  // MARK: Starting

  /// Starts transfer `index`, which must not be pending.
  package mutating func start(_ index: Int) throws(MPIError) {
    try start(index..<index + 1)
  }

  /// Starts all transfers, none of which may be pending.
  package mutating func startAll() throws(MPIError) {
    try start(0..<count)
  }

  /// Starts the transfers of `range`, none of which may be pending.
  package mutating func start(_ range: Range<Int>) throws(MPIError) {
    guard range.lowerBound >= 0 && range.upperBound <= count else {
      RequestSet.trap("has no transfer", range)
    }
    for index in range {
      if unsafe transfers[index].isPending {
        RequestSet.trap("is started while pending; wait for transfer", range)
      }
    }
    if range.isEmpty { return }
    startedCount += range.count
    if isCarried { return startCarried(range) }
    let code = unsafe CMPI_Startall(Int32(range.count), requests + range.lowerBound)
    try communicator.check(code, Call("MPI_Startall"))
    for index in range { unsafe transfers[index].isPending = true }
    pendingCount += range.count
  }

  // MARK: Completing

  /// Looks which pending transfers have completed since the last look; their number.
  ///
  /// Does not wait.
  package mutating func testSome() throws(MPIError) -> Int {
    if isCarried { return try testSomeCarried() }
    var number: Int32 = 0
    let code = unsafe CMPI_Testsome(Int32(count), requests, &number, completed, statuses)
    guard code == MPI_SUCCESS else { throw failure(code, number == MPI_UNDEFINED ? 0 : Int(number)) }
    guard number > 0 else { return 0 }
    var problem: MPIError?
    for position in 0..<Int(number) {
      unsafe settle(Int(completed[position]), statuses[position], &problem)
    }
    if let problem { throw problem }
    return Int(number)
  }

  /// The index of a transfer that the last `testSome` found complete, by its position among them.
  package func completedIndex(_ position: Int) -> Int {
    guard position >= 0 && position < capacity else {
      RequestSet.trap("has no position", position..<position + 1)
    }
    return unsafe Int(completed[position])
  }

  /// Waits until no transfer is pending.
  ///
  /// - Throws: `MPIError` at the time limit, for the first transfer pending; they then are still pending.
  package mutating func waitAll() throws(MPIError) {
    try waitAll(limit: communicator.limit)
  }

  /// Waits until no transfer is pending, for `timeLimit` at most.
  package mutating func waitAll(timeLimit: Duration?) throws(MPIError) {
    try waitAll(limit: TimeLimit(timeLimit))
  }

  private mutating func waitAll(limit: TimeLimit) throws(MPIError) {
    guard pendingCount > 0 else { return }
    var patience = Patience(communicator, limit: limit)
    if isCarried { return try waitAllCarried(&patience, limit) }
    var done: Int32 = 0
    while true {
      let code = unsafe CMPI_Testall(Int32(count), requests, &done, statuses)
      guard code == MPI_SUCCESS else { throw failure(code, nil) }
      if done != 0 { break }
      if patience.isSpent() {
        // Until here none counts as complete before all are; the error is to name only those that are
        // awaited.
        _ = try testSome()
        if pendingCount > 0 { throw timeLimitError(limit) }
        return
      }
    }
    var problem: MPIError?
    for index in 0..<count where unsafe transfers[index].isPending {
      unsafe settle(index, statuses[index], &problem)
    }
    if let problem { throw problem }
  }

  /// Whether transfer `index` is started and not known to be complete.
  package func isPending(_ index: Int) -> Bool {
    guard index >= 0 && index < count else { RequestSet.trap("has no transfer", index..<index + 1) }
    return unsafe transfers[index].isPending
  }

  /// The transfers that are started and not known to be complete.
  ///
  /// Allocates: for errors.
  package var pendingIndices: [Int] {
    (0..<count).filter { unsafe transfers[$0].isPending }
  }

  /// Takes back the pending receives, and gives the pending sends `grace` to end.
  ///
  /// - Returns: Whether nothing is pending any more. If not, MPI may still read the memory of sends and write
  ///   that of receives whose message is arriving: their memory must be given up, not freed.
  package mutating func cancel(grace: Duration = .milliseconds(500)) -> Bool {
    if isCarried { return cancelCarried(grace: grace) }
    for index in 0..<count where unsafe transfers[index].isPending && transfers[index].receives {
      _ = unsafe CMPI_Cancel(requests + index)
    }
    var patience = Patience(communicator, limit: TimeLimit(grace))
    var done: Int32 = 0
    while pendingCount > 0 {
      guard unsafe CMPI_Testall(Int32(count), requests, &done, statuses) == MPI_SUCCESS else { return false }
      if done != 0 {
        for index in 0..<count { unsafe transfers[index].isPending = false }
        pendingCount = 0
      } else if patience.isSpent() {
        return false
      }
    }
    return true
  }

  // MARK: Errors

  /// Marks a transfer as complete, and looks at the size of what it received.
  @inline(__always)
  private mutating func settle(_ index: Int, _ status: MPI_Status, _ problem: inout MPIError?) {
    settle(index)
    let transfer = unsafe transfers[index]
    guard transfer.receives else { return }
    var status = status
    var found: Int64 = 0
    let code = unsafe CMPI_Status_byte_count(&status, &found)
    if code == MPI_SUCCESS && found == transfer.byteCount || problem != nil { return }
    problem =
      code == MPI_SUCCESS ? sizeError(transfer, found) : communicator.libraryError(code, transfer.call)
  }

  /// Marks a transfer as complete.
  @inline(__always)
  mutating func settle(_ index: Int) {
    unsafe transfers[index].isPending = false
    pendingCount -= 1
  }

  @inline(never)
  func sizeError(_ transfer: Transfer, _ found: Int64) -> MPIError {
    communicator.sizeError(transfer.call, expected: Int(transfer.byteCount), found: Int(found))
  }

  /// The error of the first transfer that failed: among the `listed` ones of the last look, or among all.
  @inline(never)
  private mutating func failure(_ code: Int32, _ listed: Int?) -> MPIError {
    guard code == MPI_ERR_IN_STATUS else { return communicator.libraryError(code, Call("MPI_Testsome")) }
    var first: MPIError?
    for position in 0..<(listed ?? count) {
      let index = unsafe listed == nil ? position : Int(completed[position])
      let found = unsafe statuses[position].MPI_ERROR
      if found == MPI_ERR_PENDING { continue }
      if unsafe transfers[index].isPending {
        unsafe transfers[index].isPending = false
        pendingCount -= 1
      }
      if found != MPI_SUCCESS, first == nil {
        first = unsafe communicator.libraryError(found, transfers[index].call)
      }
    }
    return first ?? communicator.libraryError(code, Call("MPI_Testsome"))
  }

  @inline(never)
  func timeLimitError(_ limit: TimeLimit) -> MPIError {
    let index = (0..<count).first { unsafe transfers[$0].isPending } ?? 0
    return unsafe communicator.timeLimitError(transfers[index].call, limit: limit)
  }

  @inline(never)
  private static func trap(_ problem: String, _ range: Range<Int>) -> Never {
    fatalError("a RequestSet \(problem) \(range.count == 1 ? "\(range.lowerBound)" : "\(range)")")
  }

  /// Frees the requests; what is still pending is cancelled, or left to MPI where that is not possible.
  private static func free(
    _ requests: UnsafeMutablePointer<CMPI_Request>, _ statuses: UnsafeMutablePointer<MPI_Status>,
    _ transfers: UnsafeMutablePointer<Transfer>, _ count: Int, _ communicator: Communicator
  ) {
    var status = MPI_Status()
    var patience = Patience(nanoseconds: 500_000_000)
    for index in 0..<count {
      if unsafe transfers[index].isPending {
        if unsafe transfers[index].receives { _ = unsafe CMPI_Cancel(requests + index) }
        var done: Int32 = 0
        while unsafe CMPI_Test(requests + index, &done, &status) == MPI_SUCCESS, done == 0,
          !patience.isSpent()
        {}
      }
      _ = unsafe CMPI_Request_free(requests + index)
    }
  }
}
