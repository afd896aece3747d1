internal import Glibc
internal import Synchronization

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
  public private(set) var isEnabled: Bool

  var clocks: ContiguousArray<Clock> = []
  var names: ContiguousArray<String> = []
  private var indices: [String: Int] = [:]
  private let identity = timersMade.add(1, ordering: .relaxed).newValue
  private var recent = RecentNames()

  /// Makes a timer without clocks.
  ///
  /// - Parameter enabled: `false` for a timer that takes nothing down until ``enable()``.
  public init(enabled: Bool = true) {
    isEnabled = enabled
  }

  // MARK: - Stopwatches

  /// The handle of the clock of this name, which is made if there is none yet.
  ///
  /// A stopwatch stays good for the life of the timer, through ``reset()`` and ``disable()``.
  ///
  /// - Complexity: O(1); allocates only when the name is new.
  public func stopwatch(_ name: String) -> Stopwatch {
    Stopwatch(index: index(of: name), timer: identity)
  }

  /// The place of a name, which is made if the name is new.
  private func index(of name: String) -> Int {
    let slot = RecentNames.slot(of: name)
    let candidate = recent.slots[slot]
    if candidate >= 0, names[Int(candidate)] == name { return Int(candidate) }
    let index = indexAfterMiss(of: name)
    recent.slots[slot] = Int32(truncatingIfNeeded: index)
    return index
  }

  @inline(never)
  private func indexAfterMiss(of name: String) -> Int {
    if let known = indices[name] { return known }
    let index = names.count
    names.append(name)
    clocks.append(Clock())
    indices[name] = index
    return index
  }

  private func index(of stopwatch: Stopwatch) -> Int {
    guard stopwatch.timer == identity else {
      fatalError("This stopwatch belongs to another timer: ask this timer for a stopwatch of its own.")
    }
    return stopwatch.index
  }

  // MARK: - Starting and stopping

  /// Starts the clock of this name.
  ///
  /// - Throws: ``TimerError/alreadyRunning(_:)``. Does nothing while the timer is disabled.
  /// - Complexity: O(1); allocates only when the name is new.
  public func start(_ name: String) throws(TimerError) {
    guard isEnabled else { return }
    try start(at: index(of: name))
  }

  /// Starts the clock of a stopwatch.
  ///
  /// Traps if the stopwatch belongs to another timer.
  ///
  /// - Throws: ``TimerError/alreadyRunning(_:)``. Does nothing while the timer is disabled.
  /// - Complexity: O(1); allocates nothing.
  public func start(_ stopwatch: Stopwatch) throws(TimerError) {
    guard isEnabled else { return }
    try start(at: index(of: stopwatch))
  }

  /// Stops the clock of this name, and adds the time since its start and one hit.
  ///
  /// - Throws: ``TimerError/notRunning(_:)``. Does nothing while the timer is disabled.
  /// - Complexity: O(1); allocates only when the name is new.
  public func stop(_ name: String) throws(TimerError) {
    guard isEnabled else { return }
    // Before the lookup, which is not what is being timed.
    let now = nanoseconds()
    try stop(at: index(of: name), now: now)
  }

  /// Stops the clock of a stopwatch, and adds the time since its start and one hit.
  ///
  /// Traps if the stopwatch belongs to another timer.
  ///
  /// - Throws: ``TimerError/notRunning(_:)``. Does nothing while the timer is disabled.
  /// - Complexity: O(1); allocates nothing.
  public func stop(_ stopwatch: Stopwatch) throws(TimerError) {
    guard isEnabled else { return }
    let now = nanoseconds()
    try stop(at: index(of: stopwatch), now: now)
  }

  private func start(at index: Int) throws(TimerError) {
    guard !clocks[index].isRunning else { throw .alreadyRunning(names[index]) }
    clocks[index].startedAt = nanoseconds()
  }

  private func stop(at index: Int, now: UInt64) throws(TimerError) {
    guard clocks[index].isRunning else { throw .notRunning(names[index]) }
    clocks[index].nanoseconds &+= now &- clocks[index].startedAt
    clocks[index].hits &+= 1
    clocks[index].startedAt = Clock.notStarted
  }

  // MARK: - Counting bytes

  /// Adds bytes to the clock of this name, so that the report can say GB/s.
  ///
  /// Traps if `bytes` is negative. Does nothing while the timer is disabled.
  ///
  /// - Complexity: O(1); allocates only when the name is new.
  public func count(bytes: Int, for name: String) {
    guard isEnabled else { return }
    count(bytes: bytes, at: index(of: name))
  }

  /// Adds bytes to the clock of a stopwatch, so that the report can say GB/s.
  ///
  /// Traps if `bytes` is negative, or if the stopwatch belongs to another timer. Does nothing while the timer is
  /// disabled.
  ///
  /// - Complexity: O(1); allocates nothing.
  public func count(bytes: Int, for stopwatch: Stopwatch) {
    guard isEnabled else { return }
    count(bytes: bytes, at: index(of: stopwatch))
  }

  private func count(bytes: Int, at index: Int) {
    guard bytes >= 0 else {
      fatalError("A timer cannot count \(bytes) bytes: bytes only add up.")
    }
    clocks[index].bytes &+= bytes
  }

  // MARK: - Switching and resetting

  /// Takes down starts, stops and counts from now on.
  public func enable() {
    isEnabled = true
  }

  /// Makes starts, stops and counts do nothing until ``enable()``; the figures so far are kept.
  ///
  /// - Throws: ``TimerError/disabledWhileRunning(_:)``, and the timer stays enabled, while any clock runs: its
  ///   stop would be lost.
  public func disable() throws(TimerError) {
    let running = clocks.indices.filter { clocks[$0].isRunning }
    guard running.isEmpty else { throw .disabledWhileRunning(running.map { names[$0] }) }
    isEnabled = false
  }

  /// Forgets all times, hits and bytes; stopwatches stay good.
  ///
  /// A clock that is running goes on, and counts from now: this leaves warm-up steps out of an outer clock.
  public func reset() {
    let now = nanoseconds()
    for index in clocks.indices {
      clocks[index] = Clock(startedAt: clocks[index].isRunning ? now : Clock.notStarted)
    }
  }

  // MARK: - For the floors above

  /// The time now, for ``record(_:since:bytes:)``; nothing while the timer is disabled.
  package var mark: Mark {
    Mark(nanoseconds: isEnabled ? nanoseconds() : Clock.notStarted)
  }

  /// Adds one hit, the time since `mark` and `bytes` to the clock of this name.
  ///
  /// Unlike a start and a stop this leaves no clock running when an error gets in between, and cannot meet a clock
  /// that the user runs under the same name. Does nothing if the timer was disabled at the mark or is now.
  package func record(_ name: String, since mark: Mark, bytes: Int) {
    guard isEnabled, mark.nanoseconds != Clock.notStarted else { return }
    let now = nanoseconds()
    record(at: index(of: name), since: mark, now: now, bytes: bytes)
  }

  /// Adds one hit, the time since `mark` and `bytes` to the clock of a stopwatch.
  package func record(_ stopwatch: Stopwatch, since mark: Mark, bytes: Int) {
    guard isEnabled, mark.nanoseconds != Clock.notStarted else { return }
    let now = nanoseconds()
    record(at: index(of: stopwatch), since: mark, now: now, bytes: bytes)
  }

  private func record(at index: Int, since mark: Mark, now: UInt64, bytes: Int) {
    clocks[index].nanoseconds &+= now &- mark.nanoseconds
    clocks[index].hits &+= 1
    clocks[index].bytes &+= bytes
  }
}

@available(*, unavailable)
extension Timer: Sendable {}

extension Timer {
  /// A moment, kept until it is known that what began then has also ended well.
  package struct Mark {
    let nanoseconds: UInt64
  }

  /// The figures of one name.
  struct Clock {
    /// Stands for no start: the monotonic clock would need five centuries of uptime to get there.
    static let notStarted = UInt64.max

    var startedAt = Clock.notStarted
    var nanoseconds: UInt64 = 0
    var hits = 0
    var bytes = 0

    var isRunning: Bool { startedAt != Clock.notStarted }
    var isUsed: Bool { hits > 0 || bytes > 0 }
  }

  /// Where names were last found, by a hash so cheap that a lookup by name costs little more than a stopwatch.
  ///
  /// Names that share a slot only cost each other a look into the dictionary.
  struct RecentNames {
    var slots = InlineArray<64, Int32>(repeating: -1)

    @inline(__always)
    static func slot(of name: String) -> Int {
      let utf8 = name.utf8
      guard let first = utf8.first, let last = utf8.last else { return 0 }
      return (utf8.count &* 5 &+ Int(first) &+ Int(last) &* 3) & 63
    }
  }
}

// Tells a stopwatch's own timer from all others of the process, also from one that lies where its own once lay.
private let timersMade = Atomic<UInt>(0)

/// The monotonic clock, in nanoseconds.
@inline(__always)
private func nanoseconds() -> UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(time.tv_nsec))
}
