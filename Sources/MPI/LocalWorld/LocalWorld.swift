/// All ranks of a program in one process, each on a thread of its own: to test it without a cluster.
///
/// A rank's communicator is like any other: the same plans run on it, with their real staging, and messages pass
/// through memory, each with one copy. Time limits and errors are those of MPI. Neither `mpirun` nor `MPI.run` is
/// needed; inside of it, a local world is a world of its own.
///
/// ```swift
/// let sums = try LocalWorld(ranks: 24).run { world in
///   try world.allReduce(world.rank, .sum)
/// }
/// // 24 times 276
/// ```
///
/// What all ranks reach must bear it: a global variable that `mpirun` would give each rank for itself is here one for
/// all. Ranks may outnumber the cores by far; one that waits sleeps.
public struct LocalWorld: Hashable, Sendable {
  /// When messages arrive.
  public enum Delivery: Hashable, Sendable {
    /// As soon as they are sent and asked for.
    case immediate
    /// Up to a quarter of a millisecond later, differently from peer to peer and message to message, as `seed` says;
    /// short messages may end their send before or only when they are received.
    ///
    /// Messages of one rank stay in their order. Shakes out what depends on who comes first.
    case delayed(seed: UInt64)
  }

  /// The number of ranks.
  public let ranks: Int
  /// When messages arrive.
  public let delivery: Delivery

  /// A world of `ranks` ranks; traps if there is none.
  public init(ranks: Int, delivery: Delivery = .immediate) {
    guard ranks > 0, ranks <= Int(Int32.max) else {
      fatalError("a local world of \(ranks) ranks; give 1 or more")
    }
    self.ranks = ranks
    self.delivery = delivery
  }
}

extension LocalWorld.Delivery: CustomStringConvertible {
  /// In words, with the seed.
  public var description: String {
    switch self {
    case .immediate: "immediate delivery"
    case .delayed(let seed): "delayed delivery, seed \(seed)"
    }
  }

  func schedule(communicator: UInt64, rank: Int) -> DeliverySchedule? {
    guard case .delayed(let seed) = self else { return nil }
    return DeliverySchedule(seed: seed, communicator: communicator, rank: rank)
  }
}
