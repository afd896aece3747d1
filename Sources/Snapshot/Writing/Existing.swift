extension Snapshot {
  /// What to do with a snapshot that is there already.
  public enum Existing: Hashable, Sendable {
    /// Refuse to touch it.
    case refuse
    /// Write further steps into it, behind those that it has; make it if it is not there.
    case append
  }
}
