internal import CMPI
public import Strided

extension Communicator {
  /// Sends `elements` to a rank, and returns when their memory may be used again.
  ///
  /// ```swift
  /// try world.send([1.0, 2.0].span, to: 1, tag: 7)
  /// ```
  ///
  /// - Parameters:
  ///   - elements: What is sent; may be empty, and larger than 2 GiB.
  ///   - destination: A rank of this communicator.
  ///   - tag: A label from 0 that the receiver asks for.
  /// - Throws: `MPIError`. If nobody receives within the time limit, the job is ended with the error's
  ///   message; in a local world that error is thrown.
  @inlinable
  public func send<Element: ArrayElement>(
    _ elements: Span<Element>, to destination: Int, tag: Int
  ) throws(MPIError) {
    let byteCount = elements.count * MemoryLayout<Element>.stride
    try unsafe elements.withUnsafeBufferPointer { (memory) throws(MPIError) in
      try unsafe send(
        bytes: UnsafeRawPointer(memory.baseAddress), byteCount: byteCount, to: destination, tag: tag)
    }
  }

  /// Sends `byteCount` bytes from `start`.
  ///
  /// - Throws: As ``send(_:to:tag:)``.
  @unsafe
  public func send(
    bytes start: UnsafeRawPointer?, byteCount: Int, to destination: Int, tag: Int
  ) throws(MPIError) {
    if carrier != nil {
      return try unsafe startSend(bytes: start, byteCount: byteCount, to: destination, tag: tag).wait()
    }
    let peer = try self.destination(destination, "MPI_Isend")
    let tag = try label(tag, "MPI_Isend")
    var request = try unsafe request(sending: start, byteCount, peer, tag)
    try waitOrEnd(&request, sending("MPI_Isend", peer, tag))
  }

  /// MPI's request of a send of bytes that has begun.
  @inline(__always)
  func request(
    sending start: UnsafeRawPointer?, _ byteCount: Int, _ peer: Int32, _ tag: Int32
  ) throws(MPIError) -> CMPI_Request {
    var request = CMPI_REQUEST_NULL()
    if let count = Int32(exactly: byteCount) {
      try check(
        unsafe CMPI_Isend(start, count, CMPI_BYTE(), peer, tag, handle, &request),
        sending("MPI_Isend", peer, tag))
    } else {
      let block = try Datatype(byteCount: byteCount)
      try check(
        unsafe CMPI_Isend(start, 1, block.handle, peer, tag, handle, &request),
        sending("MPI_Isend", peer, tag))
    }
    return request
  }

  /// Sends the elements that `datatype` describes, from `start`.
  ///
  /// - Throws: As ``send(_:to:tag:)``.
  @unsafe
  public func send(
    _ start: UnsafeRawPointer, as datatype: borrowing Datatype, to destination: Int, tag: Int
  ) throws(MPIError) {
    if carrier != nil {
      let packed = unsafe datatype.packed(from: start)
      return try send(packed.span, to: destination, tag: tag)
    }
    let peer = try self.destination(destination, "MPI_Isend")
    let tag = try label(tag, "MPI_Isend")
    var request = CMPI_REQUEST_NULL()
    try check(
      unsafe CMPI_Isend(start, 1, datatype.handle, peer, tag, handle, &request),
      sending("MPI_Isend", peer, tag))
    try waitOrEnd(&request, sending("MPI_Isend", peer, tag))
  }
}
