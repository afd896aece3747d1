extension LocalWorld {
  /// Rank `rank` of a world of `ranks` ranks that exchanges nothing: to measure the computation alone.
  ///
  /// Sends end at once; receives end at once, with the size that is asked for, and leave memory as it was; collective
  /// calls act as if every rank had said the same as this one. So the program runs its course, on this thread and at
  /// the size of its part, but halo cells that other ranks fill hold no value of theirs, and a result that depends on
  /// them is not the program's.
  ///
  /// ```swift
  /// let timer = Timer()
  /// try simulate(over: LocalWorld.silent(rank: 0, of: 24), timer: timer)    // what rank 0 would compute
  /// ```
  ///
  /// A probe that waits finds a message of 0 bytes, one that does not finds none. A scatter from another rank leaves
  /// memory as it was.
  public static func silent(rank: Int, of ranks: Int) -> Communicator {
    guard rank >= 0, rank < ranks, ranks <= Int(Int32.max) else {
      fatalError("rank \(rank) of a silent world of \(ranks) ranks; give a rank from 0 to below their number")
    }
    return Communicator(carrier: SilentRank(rank, of: ranks), timeLimit: .standard)
  }
}
