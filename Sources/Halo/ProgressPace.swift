import Timing

/// When to look after messages: often enough for them to move on, seldom enough for a call in every row to cost nothing.
///
/// It counts calls, and reads the clock only where it is due, to learn how many calls make up the time between two looks.
struct ProgressPace {
  private var callsLeft = 0
  private var callsBetween = 1
  private var lastLook: UInt64 = 0

  /// Looking costs MPI a fraction of a microsecond.
  private static let shortest: UInt64 = 5_000
  private static let longest: UInt64 = 20_000
  private static let mostCalls = 4096

  /// Whether this call is one that looks.
  @inline(__always)
  mutating func isDue() -> Bool {
    guard callsLeft == 0 else {
      callsLeft -= 1
      return false
    }
    adapt(to: Timer.now)
    return true
  }

  private mutating func adapt(to now: UInt64) {
    let elapsed = now &- lastLook
    if elapsed < Self.shortest { callsBetween = min(2 * callsBetween, Self.mostCalls) }
    if elapsed > Self.longest { callsBetween = max(callsBetween / 2, 1) }
    callsLeft = callsBetween - 1
    lastLook = now
  }
}
