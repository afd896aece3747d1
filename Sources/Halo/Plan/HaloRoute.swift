/// The way that values take from one rank to another in an update.
///
/// Every way leaves the same halo, to the last bit. Which one is fastest depends on the machine and on the boxes, so
/// that a plan measures them when it is built, unless it is told which to take.
public enum HaloRoute: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// Copied once, by the receiver, out of the sender's field into its own: between ranks of one node whose fields lie
  /// in memory that both reach.
  case window
  /// Packed by the sender into memory that the receiver reaches, and unpacked from there.
  case windowPacked = "window-packed"
  /// Packed into one message, sent by MPI, unpacked.
  case packed
  /// Sent by MPI as one message of derived datatypes, which MPI packs and unpacks itself or does not.
  case datatype
  /// Copied from one place to another of the same rank; no message.
  case local

  /// Its name.
  public var description: String { rawValue }

  /// Whether it goes through memory that both ranks reach.
  var usesSharedMemory: Bool { self == .window || self == .windowPacked }
}
