import Timing

/// When to look after messages: often enough for them to move on, seldom enough for a call in every row to cost nothing.
///
/// It counts calls, and reads the clock only now and then, to learn how many calls make up the time between two looks.
/// A look that takes long, because MPI lets another process run in it where ranks outnumber cores, is paid for by a
/// longer pause.
struct ProgressPace {
  private var callsLeft = 0
  private var callsBetween = 1
  private var lastReading: UInt64 = 0
  private var pausesUntil: UInt64 = 0

  // Nanoseconds between two readings of the clock; a look costs MPI a fraction of the shortest.
  private static let shortest: UInt64 = 5_000
  private static let longest: UInt64 = 20_000
  private static let mostCalls = 4096
  /// How many times longer than a look the pause after it is, for looks of up to a millisecond.
  private static let pausePerLook: UInt64 = 20
  private static let longestLook: UInt64 = 1_000_000

  /// Whether this call is one that looks.
  @inline(__always)
  mutating func isDue() -> Bool {
    guard callsLeft == 0 else {
      callsLeft -= 1
      return false
    }
    return readClock() >= pausesUntil
  }

  /// Ends a look.
  mutating func hasLooked() {
    let now = Timer.now
    pausesUntil = now &+ Self.pausePerLook &* min(now &- lastReading, Self.longestLook)
    lastReading = now
  }

  private mutating func readClock() -> UInt64 {
    let now = Timer.now, elapsed = now &- lastReading
    if elapsed < Self.shortest { callsBetween = min(2 * callsBetween, Self.mostCalls) }
    if elapsed > Self.longest { callsBetween = max(callsBetween / 2, 1) }
    callsLeft = callsBetween - 1
    lastReading = now
    return now
  }
}
