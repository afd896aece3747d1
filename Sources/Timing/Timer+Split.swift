extension Timer {
  /// Adds one hit, a time that was summed up elsewhere, and `bytes` to the clock of a stopwatch.
  package func record(_ stopwatch: Stopwatch, nanoseconds: UInt64, bytes: Int) {
    state.record(stopwatch, nanoseconds: nanoseconds, bytes: bytes)
  }

  /// The time now, in nanoseconds of a clock that only moves forward.
  package static var now: UInt64 { Clock.now() }

  /// Splits a stretch of time between two activities that alternate, as packing and sending do.
  ///
  /// Without a timer, or with a disabled one, it reads no clock.
  package struct Split {
    /// Nanoseconds of the first activity.
    package private(set) var first: UInt64 = 0
    /// Nanoseconds of the second activity.
    package private(set) var second: UInt64 = 0
    private var last: UInt64 = 0
    private let isRunning: Bool

    /// Begins with either activity.
    package init(_ timer: Timer?) {
      isRunning = timer?.isEnabled ?? false
      if isRunning { last = Clock.now() }
    }

    /// Counts the time since the last call towards the first activity.
    package mutating func endFirst() { first += lap() }

    /// Counts the time since the last call towards the second activity.
    package mutating func endSecond() { second += lap() }

    private mutating func lap() -> UInt64 {
      guard isRunning else { return 0 }
      let now = Clock.now()
      defer { last = now }
      return now - last
    }
  }
}
