/// The way that values take from one rank to another in an update.
public enum HaloRoute: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// Packed into one message, sent by MPI, unpacked.
  case packed
  /// Copied from one place to another of the same rank; no message.
  case local

  /// Its name.
  public var description: String { rawValue }
}
