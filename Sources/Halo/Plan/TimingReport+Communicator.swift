public import MPI
public import Timing

extension TimingReport {
  /// Gathers the timers of all ranks; collective.
  ///
  /// ```swift
  /// try TimingReport(timer, over: world).print()      // rank 0 prints the table
  /// ```
  ///
  /// Ranks may have different names and hit counts.
  ///
  /// - Throws: `MPIError` if the ranks cannot be gathered, `TimerError` if one's figures are damaged.
  /// - Complexity: O(ranks × names).
  public init(_ timer: Timer, over communicator: Communicator) throws {
    try self.init(gathered: communicator.allGather(bytes: timer.encoded()), rank: communicator.rank)
  }
}
