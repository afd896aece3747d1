public import Strided

/// A send or a receive that is set up once and started many times, with elements of its own.
///
/// Between a start and its wait the elements belong to MPI; touching them then traps. A request that goes out of
/// scope while it is pending is cancelled, or gives its elements up to MPI where that is too late.
///
/// ```swift
/// var east = try world.persistentSend(repeating: 0.0, count: 128, to: 1, tag: 7)
/// for _ in 0..<steps {
///   var elements = east.elements
///   for i in elements.indices { elements[i] = edge[i] }
///   try east.start()
///   computeInterior()
///   try east.wait()
/// }
/// ```
///
/// Source: `MPI_Send_init`, `MPI_Recv_init` and `MPI_Start` (MPI 3.1, section 3.9).
public struct PersistentRequest<Element: ArrayElement>: ~Copyable {
  private let transfer: Transfer
  /// How many elements a message has.
  public var count: Int { transfer.count }

  fileprivate init(
    repeating value: Element, count: Int, on communicator: Communicator,
    add: (inout RequestSet, UnsafeMutableRawPointer, Int) throws(MPIError) -> Int
  ) throws(MPIError) {
    guard count >= 0 else { fatalError("a persistent request of \(count) elements; give 0 or more") }
    transfer = Transfer(repeating: value, count: count, on: communicator)
    _ = try unsafe add(
      &transfer.requests, UnsafeMutableRawPointer(transfer.memory), count * MemoryLayout<Element>.stride)
  }

  /// The request and its memory, which end together.
  @safe
  private final class Transfer {
    var requests: RequestSet
    let memory: UnsafeMutablePointer<Element>
    let count: Int

    init(repeating value: Element, count: Int, on communicator: Communicator) {
      requests = RequestSet(capacity: 1, on: communicator)
      unsafe memory = .allocate(capacity: count)
      unsafe memory.initialize(repeating: value, count: count)
      self.count = count
    }

    deinit {
      if requests.pendingCount > 0, requests.communicator.isRunning, !requests.cancel() { return }
      unsafe memory.deallocate()
    }
  }

  /// The elements to send, or those received last.
  ///
  /// Traps while the request is pending.
  public var elements: MutableSpan<Element> {
    @_lifetime(&self) mutating get {
      guard transfer.requests.pendingCount == 0 else {
        fatalError(
          "the elements of a persistent request belong to MPI until it is complete; wait for it first")
      }
      let span = unsafe MutableSpan(_unsafeStart: transfer.memory, count: count)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }

  /// Begins the transfer; traps if it is pending already.
  ///
  /// - Throws: `MPIError`, if the MPI library cannot begin it.
  public mutating func start() throws(MPIError) {
    try transfer.requests.start(0)
  }

  /// Whether the transfer is complete, or was never started; does not wait.
  ///
  /// - Throws: `MPIError`, if the message received had another size.
  public mutating func isComplete() throws(MPIError) -> Bool {
    if transfer.requests.pendingCount > 0, try transfer.requests.testSome() == 0 {
      transfer.requests.communicator.letOthersRun()
    }
    return transfer.requests.pendingCount == 0
  }

  /// Waits until the transfer is complete; returns at once if it is not pending.
  ///
  /// - Throws: `MPIError` at the communicator's time limit, naming the peer and the tag, with the transfer still
  ///   pending; or if the message received had another size.
  public mutating func wait() throws(MPIError) {
    try transfer.requests.waitAll()
  }
}

extension Communicator {
  /// Sets up a send of `count` elements, at first all of one value.
  ///
  /// Traps if `count` is negative.
  ///
  /// - Parameters:
  ///   - destination: A rank of this communicator.
  ///   - tag: A label from 0 that the receiver asks for.
  /// - Throws: `MPIError` with class `MPI_ERR_RANK` or `MPI_ERR_TAG`, if `destination` or `tag` is none.
  public func persistentSend<Element: ArrayElement>(
    repeating value: Element, count: Int, to destination: Int, tag: Int
  ) throws(MPIError) -> PersistentRequest<Element> {
    try unsafe PersistentRequest(repeating: value, count: count, on: self) {
      (requests, start, byteCount) throws(MPIError) in
      try unsafe requests.addPersistentSend(
        UnsafeRawPointer(start), byteCount: byteCount, to: destination, tag: tag)
    }
  }

  /// Sets up a receive of messages of exactly `count` elements, which at first are all of one value.
  ///
  /// Traps if `count` is negative.
  ///
  /// - Parameters:
  ///   - source: The rank that sends them.
  ///   - tag: The label they are sent with.
  /// - Throws: `MPIError` with class `MPI_ERR_RANK` or `MPI_ERR_TAG`, if `source` or `tag` is none.
  public func persistentReceive<Element: ArrayElement>(
    repeating value: Element, count: Int, from source: Int, tag: Int
  ) throws(MPIError) -> PersistentRequest<Element> {
    try unsafe PersistentRequest(repeating: value, count: count, on: self) {
      (requests, start, byteCount) throws(MPIError) in
      try unsafe requests.addPersistentReceive(start, byteCount: byteCount, from: source, tag: tag)
    }
  }
}
