public import Strided

/// A send under way.
///
/// Its elements cannot be freed or changed before it ends.
///
/// It ends with `wait()`, which uses it up, or when it goes out of scope, which waits too.
///
/// ```swift
/// let request = try world.startSend(boundary.span, to: 1, tag: 7)
/// computeInterior()
/// try request.wait()
/// ```
public struct SendRequest: ~Copyable, ~Escapable {
  private var transfer: PendingTransfer

  @_lifetime(copy elements)
  fileprivate init<Element: ArrayElement>(_ transfer: consuming PendingTransfer, of elements: Span<Element>) {
    self.transfer = transfer
  }

  /// Whether the elements have been sent; does not wait.
  ///
  /// - Throws: `MPIError`, if the MPI library could not send them, or another rank's error has ended the local world.
  @_lifetime(self: copy self)
  public mutating func isComplete() throws(MPIError) -> Bool { try transfer.isComplete() }

  /// Waits until the elements have been sent.
  ///
  /// - Throws: `MPIError`. If nobody receives within the time limit, the job is ended with the error's message; in a
  ///   local world that error is thrown.
  public consuming func wait() throws(MPIError) { try transfer.wait() }
}

extension Communicator {
  /// Begins to send `elements` to a rank.
  ///
  /// - Parameters:
  ///   - elements: What is sent; may be empty, and larger than 2 GiB.
  ///   - destination: A rank of this communicator.
  ///   - tag: A label from 0 that the receiver asks for.
  /// - Throws: `MPIError` with class `MPI_ERR_RANK` or `MPI_ERR_TAG`, if `destination` or `tag` is none.
  @_lifetime(copy elements)
  public func startSend<Element: ArrayElement>(
    _ elements: Span<Element>, to destination: Int, tag: Int
  ) throws(MPIError) -> SendRequest {
    let byteCount = elements.count * MemoryLayout<Element>.stride
    let start = unsafe elements.withUnsafeBufferPointer { unsafe UnsafeRawPointer($0.baseAddress) }
    return SendRequest(
      try unsafe startSend(bytes: start, byteCount: byteCount, to: destination, tag: tag), of: elements)
  }
}
