import Halo

/// Measures what all ranks do together, in turn, A B C A B C …, so that what disturbs the machine disturbs all alike.
struct CollectiveMeasurement {
  /// Samples of each contestant.
  let rounds: Int
  let world: Communicator

  /// The seconds that each contestant takes for one repetition, on the slowest rank of each sample; collective.
  func run(_ contestants: [Contestant]) throws -> [Spread] {
    var samples = contestants.map { _ in [Double]() }
    for _ in 0..<rounds {
      for (number, contestant) in contestants.enumerated() {
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
