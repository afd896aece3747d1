extension StridedCopy {
  /// How the runs are copied.
  @frozen @usableFromInline enum Kernel: UInt8, BitwiseCopyable, Hashable, Sendable {
    /// There is no byte.
    case nothing
    /// Runs that are worth a call of the system's copy.
    case longRuns
    /// Runs of some lines, close together.
    case runsOfLines
    /// Runs of some lines, far apart.
    case runsOfLinesApart
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

  /// The longest run that is not worth a call of the system's copy.
  static var lineRunBytes: Int { 16 << 10 }

  /// What fits twice into the first-level cache, where the system's copy with its wider registers is at its best.
  static var nearBytes: Int { 16 << 10 }

  /// The gap across which the processor goes on fetching ahead by itself.
  static var smallGapBytes: Int { 4 * lineBytes }

  /// The bytes of a cache line on the machines that simulations run on.
  static var lineBytes: Int { 64 }
}
