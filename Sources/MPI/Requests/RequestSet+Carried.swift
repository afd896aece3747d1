internal import CMPI
internal import Strided

/// A set of transfers that MPI does not carry.
extension RequestSet {
  mutating func add(
    _ receives: Bool, _ start: UnsafeMutableRawPointer?, _ byteCount: Int, _ layouts: [Layout], _ peer: Int,
    _ tag: Int, to carrier: any Carrier
  ) throws(MPIError) -> Int {
    let transfer = try transfer(byteCount, peer, tag, receives: receives)
    carried.append(
      unsafe carrier.transfer(
        receives: receives, peer: transfer.peer, tag: transfer.tag, memory: start, byteCount: byteCount,
        layouts: layouts, isPersistent: true))
    return append(transfer)
  }

  mutating func startCarried(_ range: Range<Int>) {
    communicator.carrier?.requireRunning()
    for index in range {
      unsafe transfers[index].isPending = true
      carried[index].start()
    }
    pendingCount += range.count
  }

  mutating func testSomeCarried() throws(MPIError) -> Int {
    guard pendingCount > 0 else { return 0 }
    var number = 0
    var problem: MPIError?
    for index in 0..<count where unsafe transfers[index].isPending {
      guard let arrival = carried[index].test() else { continue }
      unsafe completed[number] = Int32(truncatingIfNeeded: index)
      number += 1
      settle(index, arrival, &problem)
    }
    if let problem { throw problem }
    if number == 0, communicator.carrier?.endedBy != nil { throw timeLimitError(communicator.limit) }
    return number
  }

  mutating func waitAllCarried(_ patience: inout Patience, _ limit: TimeLimit) throws(MPIError) {
    while true {
      _ = try testSomeCarried()
      if pendingCount == 0 { return }
      if patience.isSpent() { throw timeLimitError(limit) }
    }
  }

  mutating func cancelCarried(grace: Duration) -> Bool {
    for index in 0..<count where unsafe transfers[index].isPending && transfers[index].receives {
      withdraw(index, carried[index])
    }
    var patience = Patience(communicator, limit: TimeLimit(grace))
    while pendingCount > 0 {
      for index in 0..<count where unsafe transfers[index].isPending && carried[index].test() != nil {
        settle(index)
      }
      guard pendingCount > 0, patience.isSpent() else { continue }
      for index in 0..<count where unsafe transfers[index].isPending { withdraw(index, carried[index]) }
    }
    return true
  }

  private mutating func withdraw(_ index: Int, _ transfer: LocalTransfer) {
    transfer.withdraw()
    settle(index)
  }

  private mutating func settle(
    _ index: Int, _ arrival: LocalTransfer.Arrival, _ problem: inout MPIError?
  ) {
    settle(index)
    let transfer = unsafe transfers[index]
    let found = Int64(arrival.status.byteCount)
    guard transfer.receives, found != transfer.byteCount, problem == nil else { return }
    problem =
      arrival.isCutOff
      ? communicator.libraryError(MPI_ERR_TRUNCATE, transfer.call) : sizeError(transfer, found)
  }
}
