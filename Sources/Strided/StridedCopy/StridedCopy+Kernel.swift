extension StridedCopy {
  /// How the runs are copied.
  @frozen @usableFromInline enum Kernel: UInt8, BitwiseCopyable, Hashable, Sendable {
    /// There is no byte.
    case nothing
    /// Runs that are worth a call of the system's copy.
    case longRuns
    /// Runs of a length known to the compiler, one after the other.
    case shortRuns
    /// The same, tile by tile: the source's cache lines run across the destination's.
    case tiledShortRuns
  }

  /// The longest run that has a kernel of its own.
  static var shortRunBytes: Int { 64 }

  /// The bytes of a cache line on the machines that simulations run on.
  static var lineBytes: Int { 64 }
}
