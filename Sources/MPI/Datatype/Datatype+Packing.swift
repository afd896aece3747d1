internal import CMPI

extension Datatype {
  /// Copies the elements into contiguous memory (`MPI_Pack`).
  ///
  /// The library's own `StridedCopy` does the same without MPI, and faster; this is for what comes from or goes to
  /// code that uses `MPI_Unpack`, and to compare.
  ///
  /// - Parameters:
  ///   - base: The address that the datatype's offsets count from; the memory is valid wherever it has elements.
  ///   - packed: Where the elements go, ``byteCount`` bytes or more.
  ///   - communicator: The ranks that the packed bytes are for.
  /// - Returns: The bytes that were written.
  /// - Throws: `MPIError` with class `MPI_ERR_COUNT` if there are 2³¹ bytes or more, `MPI_ERR_TRUNCATE` if they
  ///   do not fit.
  @unsafe
  @discardableResult
  public func pack(
    from base: UnsafeRawPointer, into packed: UnsafeMutableRawBufferPointer, over communicator: Communicator
  ) throws(MPIError) -> Int {
    let capacity = packed.count
    try checkPacking(capacity, "MPI_Pack", communicator)
    if communicator.carrier != nil {
      if let target = packed.baseAddress { unsafe pack(from: base, into: target) }
      return byteCount
    }
    var position: Int32 = 0
    try communicator.check(
      unsafe CMPI_Pack(
        base, handle, packed.baseAddress, Int32(clamping: capacity), &position, communicator.handle),
      Call("MPI_Pack"))
    return Int(position)
  }

  /// Copies the elements out of contiguous memory (`MPI_Unpack`) that ``pack(from:into:over:)`` filled.
  ///
  /// - Parameters:
  ///   - packed: The elements one after the other, ``byteCount`` bytes or more.
  ///   - base: The address that the datatype's offsets count from; the memory is valid wherever it has elements.
  ///   - communicator: The ranks that the packed bytes are from.
  /// - Returns: The bytes that were read.
  /// - Throws: `MPIError` with class `MPI_ERR_COUNT` if there are 2³¹ bytes or more, `MPI_ERR_TRUNCATE` if there
  ///   are too few.
  @unsafe
  @discardableResult
  public func unpack(
    from packed: UnsafeRawBufferPointer, into base: UnsafeMutableRawPointer, over communicator: Communicator
  ) throws(MPIError) -> Int {
    let byteCount = packed.count
    try checkPacking(byteCount, "MPI_Unpack", communicator)
    if communicator.carrier != nil {
      if let source = packed.baseAddress { unsafe Datatype.unpack(from: source, into: base, layouts) }
      return self.byteCount
    }
    var position: Int32 = 0
    try communicator.check(
      unsafe CMPI_Unpack(
        packed.baseAddress, Int32(clamping: byteCount), &position, base, handle, communicator.handle),
      Call("MPI_Unpack"))
    return Int(position)
  }

  private func checkPacking(
    _ found: Int, _ function: StaticString, _ communicator: Communicator
  ) throws(MPIError) {
    guard byteCount <= Int32.max else {
      throw communicator.error(
        MPI_ERR_COUNT, "\(byteCount) bytes cannot be counted by MPI: pack fewer than 2^31 at once",
        Call(function))
    }
    guard found >= byteCount else {
      throw communicator.error(
        MPI_ERR_TRUNCATE, "the packed bytes are \(byteCount), the memory for them has \(found)",
        Call(function), reason: .messageSize(expected: byteCount, found: found))
    }
  }
}
