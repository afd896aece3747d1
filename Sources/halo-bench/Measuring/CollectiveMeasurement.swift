import Halo

/// Measures what all ranks do together, each once a round, so that what disturbs the machine disturbs all alike.
///
/// Each round has an order of its own, the same on all ranks: whoever always followed one that works alike would find
/// its caches filled.
struct CollectiveMeasurement {
  /// Samples of each contestant.
  let rounds: Int
  let world: Communicator

  /// The seconds that each contestant takes for one repetition, on the slowest rank of each sample; collective.
  func run(_ contestants: [Contestant]) throws -> [Spread] {
    var samples = contestants.map { _ in [Double]() }
    var generator = RepeatableGenerator()
    for _ in 0..<rounds {
      for number in contestants.indices.shuffled(using: &generator) {
        let contestant = contestants[number]
        // Warm means warmed by the contestant itself, whatever the one before it left in the caches.
        try contestant.work(1)
        try world.barrier()
        let start = nanoseconds()
        try contestant.work(1)
        samples[number].append(Double(nanoseconds() - start) * 1e-9)
      }
    }
    return try samples.map { seconds in
      var slowest = seconds
      try world.takeSlowest(&slowest)
      return Spread(of: slowest)
    }
  }
}
