/// Where the time went, over all ranks: a row per clock, with the spread over the ranks.
///
///     print(report.table)
///
///     timing, 4 ranks       hits      min     mean      max  max/mean  GB/s
///     step                  1000   2.41 s   2.50 s   2.61 s      1.04
///     pack                  6000   101 ms   112 ms   130 ms      1.16  3.41
///     write (3 of 4 ranks)  8–10  5.02 ms  6.11 ms  7.40 ms      1.21
///
/// Ranks may have used different clocks, and have hit them differently often: a clock's figures are taken over the
/// ranks that used it, and the row says on how many that was. Rows are sorted by their longest time, longest first,
/// so that every rank that is given the same figures makes the same report.
public struct TimingReport: Sendable {
  /// The clocks, the one with the longest time on any rank first; those with equal times by name.
  public let rows: [Row]

  /// How many ranks the figures come from.
  public let rankCount: Int

  /// The rank whose report this is; only rank 0 prints.
  public let rank: Int

  /// The share of communication that was hidden behind other work, from 0 to 1, over all ranks.
  ///
  /// Of the time that messages were on their way (the clock `transfer`) the part in which the rank did not wait for
  /// them (the clock `wait`), as halo plans count them: 1 less the sum of the one over the sum of the other. What a
  /// rank does with its time meanwhile is for other clocks to tell. `nil` if no time was counted as `transfer`.
  public var hiddenShare: Double? {
    guard let transfer = seconds(of: ClockName.transfer), transfer > 0 else { return nil }
    return max(0, 1 - (seconds(of: ClockName.wait) ?? 0) / transfer)
  }

  private func seconds(of name: String) -> Double? { rows.first { $0.name == name }?.seconds.sum }

  /// Makes the report of what every rank's timer had when it was encoded.
  ///
  /// - Parameters:
  ///   - gathered: Each rank's ``Timer/encoded()``, in the order of the ranks.
  ///   - rank: The rank that this report is made on.
  /// - Throws: ``TimerError/malformedFigures(rank:problem:)`` if a rank's bytes are not what a timer encodes.
  /// - Complexity: O(*n* log *n*) in the number of clocks over all ranks.
  public init(gathered: [[UInt8]], rank: Int) throws(TimerError) {
    var merged: [String: Merger] = [:]
    for (source, bytes) in gathered.enumerated() {
      let figures = try RankFigures(decoding: bytes, rank: source)
      for (name, clock) in figures.clocks {
        merged[name, default: Merger()].add(clock)
      }
    }
    rows = merged.map { name, merger in merger.row(named: name) }
      .sorted { ($1.seconds.max, $0.name) < ($0.seconds.max, $1.name) }
    rankCount = gathered.count
    self.rank = rank
  }

  /// Makes the report of one timer on one rank.
  ///
  /// - Complexity: O(*n* log *n*) in the number of clocks.
  public init(_ timer: Timer) {
    var rows: [Row] = []
    for (name, clock) in timer.state.used {
      var merger = Merger()
      merger.add(RankFigures.Clock(hits: clock.hits, nanoseconds: clock.nanoseconds, bytes: clock.bytes))
      rows.append(merger.row(named: name))
    }
    self.rows = rows.sorted { ($1.seconds.max, $0.name) < ($0.seconds.max, $1.name) }
    rankCount = 1
    rank = 0
  }

  /// Writes the table to the standard output, on rank 0 only.
  public func print() {
    guard rank == 0 else { return }
    Swift.print(table)
  }
}

extension TimingReport {
  /// The figures of one clock over the ranks that used it.
  public struct Row: Hashable, Sendable {
    /// The name of the clock.
    public let name: String

    /// How many ranks used this clock; the other figures are taken over these.
    public let rankCount: Int

    /// How often the clock was stopped.
    public let hits: Hits

    /// The total seconds on a rank.
    public let seconds: Seconds

    /// The bytes counted, over all ranks.
    public let bytes: Int

    /// How uneven the ranks are: the longest time over the mean; `nil` if no time was taken.
    public var imbalance: Double? {
      seconds.mean > 0 ? seconds.max / seconds.mean : nil
    }

    /// The mean rate on a rank in 10⁹ bytes a second: all ranks' bytes over the sum of their times.
    ///
    /// `nil` if no bytes were counted or no time was taken.
    public var gigabytesPerSecond: Double? {
      bytes > 0 && seconds.sum > 0 ? Double(bytes) / seconds.sum / 1e9 : nil
    }
  }

  /// How often a clock was stopped, over the ranks that used it.
  public struct Hits: Hashable, Sendable {
    /// The fewest on a rank.
    public let min: Int
    /// The most on a rank.
    public let max: Int
    /// All ranks' together.
    public let total: Int
  }

  /// The total time of a clock, over the ranks that used it, in seconds.
  public struct Seconds: Hashable, Sendable {
    /// The shortest on a rank.
    public let min: Double
    /// The mean over the ranks.
    public let mean: Double
    /// The longest on a rank.
    public let max: Double
    /// All ranks' together.
    public let sum: Double
  }

  private struct Merger {
    var rankCount = 0
    var fewestHits = Int.max
    var mostHits = 0
    var totalHits = 0
    var shortest = UInt64.max
    var longest: UInt64 = 0
    var seconds = 0.0
    var bytes = 0

    mutating func add(_ clock: RankFigures.Clock) {
      rankCount += 1
      fewestHits = min(fewestHits, clock.hits)
      mostHits = max(mostHits, clock.hits)
      totalHits = totalHits.addingSaturated(clock.hits)
      shortest = min(shortest, clock.nanoseconds)
      longest = max(longest, clock.nanoseconds)
      seconds += Double(clock.nanoseconds) / 1e9
      bytes = bytes.addingSaturated(clock.bytes)
    }

    func row(named name: String) -> Row {
      Row(
        name: name,
        rankCount: rankCount,
        hits: Hits(min: fewestHits, max: mostHits, total: totalHits),
        seconds: Seconds(
          min: Double(shortest) / 1e9, mean: seconds / Double(rankCount), max: Double(longest) / 1e9,
          sum: seconds),
        bytes: bytes)
    }
  }
}

extension Int {
  /// A sum of figures that came as data must not be able to trap.
  fileprivate func addingSaturated(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
