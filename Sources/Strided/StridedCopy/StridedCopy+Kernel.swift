extension StridedCopy {
  /// How the runs are copied.
  @frozen @usableFromInline enum Kernel: UInt8, BitwiseCopyable, Hashable, Sendable {
    /// There is no byte.
    case nothing
    /// One run, which is worth a call of the system's copy.
    case oneLongRun
    /// Runs that are worth a call of the system's copy.
    case longRuns
    /// Runs of some lines, of which the next is asked for before one is copied.
    case runsOfLines
    /// Runs of a length known to the compiler, one after the other.
    case shortRuns
    /// The same, two runs in one step.
    case pairsOfShortRuns
    /// The same, tile by tile: the source's cache lines run across the destination's.
    case tiledShortRuns
  }

  /// Which sides have their cache lines asked for early.
  @frozen @usableFromInline enum LookaheadSides: UInt8, BitwiseCopyable, Hashable, Sendable {
    case neither, source, destination, both
  }

  /// The longest run that has a kernel of its own.
  static var shortRunBytes: Int { 256 }

  /// The longest run before which the next is asked for; of a longer one the processor itself sees where it goes.
  static var lineRunBytes: Int { 16 << 10 }

  /// What fits twice into the first-level cache, where nothing need be asked for.
  static var nearBytes: Int { 16 << 10 }

  /// The bytes of a cache line on the machines that simulations run on.
  static var lineBytes: Int { 64 }
}
