/// Adds up the time, the hits and the bytes of named clocks.
///
/// A clock comes to be when its name is first used. Starting and stopping costs a few tens of nanoseconds, by
/// ``Stopwatch`` or by name, and allocates nothing after the first use of a name. Times are taken from
/// `CLOCK_MONOTONIC`, in nanoseconds.
///
///     let timer = Timer()
///     try timer.clock("step") {
///       advance(&state)
///     }
///     timer.times["step"]  // seconds
///
/// Clocks of different names may run at the same time, nested or not. While the timer is disabled, starting,
/// stopping and counting do nothing. A timer belongs to one thread at a time, and is not `Sendable`: use one a rank.
public final class Timer {
  /// Whether starts, stops and counts are taken down.
  public var isEnabled: Bool { state.isEnabled }

  var state: Clocks

  /// Makes a timer without clocks.
  ///
  /// - Parameter enabled: `false` for a timer that takes nothing down until ``enable()``.
  public init(enabled: Bool = true) {
    state = Clocks(enabled: enabled)
  }

  // MARK: - Stopwatches

  /// The handle of the clock of this name, which is made if there is none yet.
  ///
  /// A stopwatch stays good for the life of the timer, through ``reset()`` and ``disable()``.
  ///
  /// - Complexity: O(1); allocates only when the name is new.
  public func stopwatch(_ name: String) -> Stopwatch {
    state.stopwatch(name)
  }

  // MARK: - Starting and stopping

  /// Starts the clock of this name.
  ///
  /// - Throws: ``TimerError/alreadyRunning(_:)``. Does nothing while the timer is disabled.
  /// - Complexity: O(1); allocates only when the name is new.
  public func start(_ name: String) throws(TimerError) {
    try state.start(name)
  }

  /// Starts the clock of a stopwatch.
  ///
  /// Traps if the stopwatch belongs to another timer.
  ///
  /// - Throws: ``TimerError/alreadyRunning(_:)``. Does nothing while the timer is disabled.
  /// - Complexity: O(1); allocates nothing.
  public func start(_ stopwatch: Stopwatch) throws(TimerError) {
    try state.start(stopwatch)
  }

  /// Stops the clock of this name, and adds the time since its start and one hit.
  ///
  /// - Throws: ``TimerError/notRunning(_:)``. Does nothing while the timer is disabled.
  /// - Complexity: O(1); allocates only when the name is new.
  public func stop(_ name: String) throws(TimerError) {
    try state.stop(name)
  }

  /// Stops the clock of a stopwatch, and adds the time since its start and one hit.
  ///
  /// Traps if the stopwatch belongs to another timer.
  ///
  /// - Throws: ``TimerError/notRunning(_:)``. Does nothing while the timer is disabled.
  /// - Complexity: O(1); allocates nothing.
  public func stop(_ stopwatch: Stopwatch) throws(TimerError) {
    try state.stop(stopwatch)
  }

  // MARK: - Counting bytes

  /// Adds bytes to the clock of this name, so that the report can say GB/s.
  ///
  /// Traps if `bytes` is negative. Does nothing while the timer is disabled.
  ///
  /// - Complexity: O(1); allocates only when the name is new.
  public func count(bytes: Int, for name: String) {
    state.count(bytes: bytes, for: name)
  }

  /// Adds bytes to the clock of a stopwatch, so that the report can say GB/s.
  ///
  /// Traps if `bytes` is negative, or if the stopwatch belongs to another timer. Does nothing while the timer is
  /// disabled.
  ///
  /// - Complexity: O(1); allocates nothing.
  public func count(bytes: Int, for stopwatch: Stopwatch) {
    state.count(bytes: bytes, for: stopwatch)
  }

  // MARK: - Switching and resetting

  /// Takes down starts, stops and counts from now on.
  public func enable() {
    state.isEnabled = true
  }

  /// Makes starts, stops and counts do nothing until ``enable()``; the figures so far are kept.
  ///
  /// - Throws: ``TimerError/disabledWhileRunning(_:)``, and the timer stays enabled, while any clock runs: its
  ///   stop would be lost.
  public func disable() throws(TimerError) {
    let running = state.runningNames
    guard running.isEmpty else { throw .disabledWhileRunning(running) }
    state.isEnabled = false
  }

  /// Forgets all times, hits and bytes; stopwatches stay good.
  ///
  /// A clock that is running goes on, and counts from now: this leaves warm-up steps out of an outer clock.
  public func reset() {
    state.reset()
  }

  // MARK: - For the floors above

  /// The time now, for ``record(_:since:bytes:)``; nothing while the timer is disabled.
  package var mark: Mark {
    Mark(nanoseconds: state.isEnabled ? Clock.now() : Clock.notStarted)
  }

  /// Adds one hit, the time since `mark` and `bytes` to the clock of this name.
  ///
  /// Unlike a start and a stop this leaves no clock running when an error gets in between, and cannot meet a clock
  /// that the user runs under the same name. Does nothing if the timer was disabled at the mark or is now.
  package func record(_ name: String, since mark: Mark, bytes: Int) {
    state.record(name, since: mark, bytes: bytes)
  }

  /// Adds one hit, the time since `mark` and `bytes` to the clock of a stopwatch.
  package func record(_ stopwatch: Stopwatch, since mark: Mark, bytes: Int) {
    state.record(stopwatch, since: mark, bytes: bytes)
  }
}

@available(*, unavailable)
extension Timer: Sendable {}

extension Timer {
  /// A moment, kept until it is known that what began then has also ended well.
  package struct Mark {
    let nanoseconds: UInt64
  }
}
