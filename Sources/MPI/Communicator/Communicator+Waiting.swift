internal import CMPI

extension Communicator {
  /// Tests `request` until it is complete; `false` if the time limit came first, with the request still under
  /// way.
  @inline(__always)
  func completes(
    _ request: inout CMPI_Request, _ status: inout MPI_Status, _ call: @autoclosure () -> Call
  ) throws(MPIError) -> Bool {
    var done: Int32 = 0
    var patience = Patience(self)
    while true {
      try check(unsafe CMPI_Test(&request, &done, &status), call())
      if done != 0 { return true }
      if patience.isSpent() { return false }
    }
  }

  /// Waits for `request`, which uses memory that MPI cannot give back: past the time limit the job ends here,
  /// because after a return the caller could free what MPI still reads or writes.
  @inline(__always)
  func waitOrEnd(_ request: inout CMPI_Request, _ call: @autoclosure () -> Call) throws(MPIError) {
    var status = MPI_Status()
    if try !completes(&request, &status, call()) { MPI.fail(timeLimitError(call())) }
  }

  /// Gives up the core after a fruitless look at a request without MPI: callers look again and again, and the other
  /// rank may need it.
  func letOthersRun() { if carrier != nil { CMPI_yield() } }

  /// What came of a transfer without MPI, once it has ended; `nil` if it is still under way.
  ///
  /// - Throws: `MPIError`, also where it can no longer end.
  func test(_ transfer: LocalTransfer, _ call: @autoclosure () -> Call) throws(MPIError) -> Status? {
    guard let arrival = transfer.test() else {
      if carrier?.endedBy != nil { throw timeLimitError(call()) }
      return nil
    }
    if arrival.isCutOff { throw libraryError(MPI_ERR_TRUNCATE, call()) }
    return arrival.status
  }
}
