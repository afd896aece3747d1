internal import Strided

/// What carries the messages of a communicator in place of MPI: the few operations that all others are made of.
///
/// Used by one thread, that of its rank.
protocol Carrier: AnyObject {
  var rank: Int { get }
  var size: Int { get }

  /// Whether it exchanges nothing.
  var isSilent: Bool { get }

  /// Where this rank sleeps while it waits; `nil` where nothing is ever waited for.
  var bell: Doorbell? { get }

  /// Wakes a rank, for which something has changed in memory that it looks at.
  func wake(_ rank: Int)

  /// Whether messages come later than they are sent.
  var delaysMessages: Bool { get }

  /// The rank whose error has ended the run, after which all waits fail.
  var endedBy: Int? { get }

  /// Traps unless the closure that got the communicator still runs.
  func requireRunning()

  /// Ends the run with an error that cannot be thrown where it is met.
  func end(with error: MPIError)

  /// A send to `peer`, or a receive from it, which may be `MPI_ANY_SOURCE`.
  func transfer(
    receives: Bool, peer: Int32, tag: Int32, memory: UnsafeMutableRawPointer?, byteCount: Int,
    layouts: [Layout], isPersistent: Bool
  ) -> LocalTransfer

  /// What is known of the first message that fits; `nil` if there is none yet.
  ///
  /// - Parameter waits: Whether the caller waits until there is one.
  func probe(from source: Int32, tag: Int32, waits: Bool) -> Status?

  /// Takes out the first message that fits; where nothing is exchanged, it has `byteCount` bytes.
  func match(from source: Int32, tag: Int32, byteCount: Int) -> LocalTransfer?

  /// Takes part in a collective call, which other ranks may still have to do.
  func join(_ collective: Collective, _ memory: CollectiveMemory)

  /// Whether all ranks have taken part in the call that this rank joined last.
  var hasMet: Bool { get }

  /// Takes this rank out of the call that it joined last; `false` if all have met by now.
  func leave() -> Bool

  /// What the ranks did not agree on in the call that they have met for.
  var disagreement: String? { get }

  /// The part that this rank got of a communicator that was split.
  func takePart() -> (any Carrier)?
}

/// The memory of one rank in a collective call.
@unsafe
struct CollectiveMemory {
  var source: UnsafeRawPointer?
  var destination: UnsafeMutableRawPointer?
}
