/// Measures contestants in turn, A B C A B C …, so that what disturbs the machine disturbs all of them alike.
struct Measurement {
  /// How long to go on, in seconds.
  let seconds: Double
  /// What empties the caches before each sample, if they are to be cold.
  var eviction: CacheEviction?
  /// What a sample lasts at least while caches are warm: a thousand times what reading the clock takes.
  var sampleNanoseconds: UInt64 = 20_000

  /// The fewest samples of each contestant.
  static let fewestRounds = 11
  /// The most samples of each contestant.
  static let mostRounds = 10_001
  /// What a sample lasts at least on a device: hundreds of times what waiting for it takes.
  static let deviceSampleNanoseconds: UInt64 = 2_000_000

  /// The seconds that each contestant takes for one repetition.
  func run(_ contestants: [Contestant]) throws -> [Spread] {
    let overhead = Self.clockNanoseconds
    let repetitions = try contestants.map { eviction == nil ? try repetitionsNeeded(by: $0) : 1 }
    var samples = contestants.map { _ in [Double]() }
    let end = nanoseconds() + UInt64(seconds * 1e9)
    var round = 0
    while round < Self.fewestRounds || round < Self.mostRounds && nanoseconds() < end {
      for number in contestants.indices {
        // Warm means warmed by the contestant itself, whatever the one before it left in the caches.
        if let eviction { eviction.run() } else { try contestants[number].work(1) }
        let start = nanoseconds()
        try contestants[number].work(repetitions[number])
        let elapsed = Swift.max(Double(nanoseconds() - start) - overhead, 1)
        samples[number].append(elapsed * 1e-9 / Double(repetitions[number]))
      }
      round += 1
    }
    return samples.map { Spread(of: $0) }
  }

  /// How often a contestant must do its work for a sample to last long enough.
  private func repetitionsNeeded(by contestant: Contestant) throws -> Int {
    var repetitions = 1
    while true {
      // The first time fills caches, and any may be interrupted: only the shortest says what the work takes.
      var shortest = UInt64.max
      for _ in 0..<4 {
        let start = nanoseconds()
        try contestant.work(repetitions)
        shortest = min(shortest, nanoseconds() - start)
      }
      if shortest >= sampleNanoseconds { return repetitions }
      repetitions *= 2
    }
  }

  /// What reading the clock twice takes.
  private static var clockNanoseconds: Double {
    let readings = (0..<101).map { _ in
      let start = nanoseconds()
      return Double(nanoseconds() - start)
    }
    return Spread(of: readings).median
  }
}
