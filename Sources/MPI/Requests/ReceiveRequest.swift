public import Strided

/// A receive under way.
///
/// Its elements can neither be read, changed nor freed before it ends.
///
/// It ends with `wait()`, which uses it up, or when it goes out of scope, which cancels it unless its message
/// is arriving already.
///
/// ```swift
/// var memory = halo.mutableSpan
/// let request = try world.startReceive(into: &memory, from: 0, tag: 7)
/// computeInterior()
/// try request.wait()
/// ```
public struct ReceiveRequest: ~Copyable, ~Escapable {
  private var transfer: PendingTransfer

  @_lifetime(immortal)
  fileprivate init(_ transfer: consuming PendingTransfer) {
    self.transfer = transfer
  }

  /// Whether the message has arrived; does not wait.
  ///
  /// - Throws: `MPIError`, if it was longer than the elements, or another rank's error has ended the local world.
  @_lifetime(self: copy self)
  public mutating func isComplete() throws(MPIError) -> Bool { try transfer.isComplete() }

  /// Waits until the message has arrived.
  ///
  /// - Throws: `MPIError`: the message had another size than the elements, which then hold what of it fits;
  ///   or none came within the time limit, and the elements are as they were.
  @discardableResult
  public consuming func wait() throws(MPIError) -> Status { try transfer.waitForMessage() }
}

extension Communicator {
  /// Begins to receive a message of exactly the size of `elements`.
  ///
  /// - Parameters:
  ///   - elements: Where the message goes; may be empty, and larger than 2 GiB.
  ///   - source: The rank that sends it; `nil` for any.
  ///   - tag: The label it was sent with; `nil` for any.
  /// - Throws: `MPIError` with class `MPI_ERR_RANK` or `MPI_ERR_TAG`, if `source` or `tag` is none.
  @_lifetime(&elements)
  public func startReceive<Element: ArrayElement>(
    into elements: inout MutableSpan<Element>, from source: Int?, tag: Int?
  ) throws(MPIError) -> ReceiveRequest {
    let byteCount = elements.count * MemoryLayout<Element>.stride
    let start = unsafe elements.withUnsafeMutableBufferPointer { UnsafeMutableRawPointer($0.baseAddress) }
    let request = ReceiveRequest(
      try unsafe startReceive(bytes: start, byteCount: byteCount, from: source, tag: tag))
    // Where the initialiser takes the elements, optimised code (Swift 6.3) does not return a value of this size.
    return unsafe _overrideLifetime(request, mutating: &elements)
  }
}
