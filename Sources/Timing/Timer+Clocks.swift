internal import Glibc
internal import Synchronization

extension Timer {
  /// Everything a timer has, as one value: a call of the timer is then one access to one variable, whose check for
  /// exclusivity at run time is the only one.
  struct Clocks {
    var isEnabled: Bool
    private(set) var names: ContiguousArray<String> = []
    var clocks: ContiguousArray<Clock> = []
    private var indices: [String: Int] = [:]
    private var recent = RecentNames()
    private let identity = timersMade.add(1, ordering: .relaxed).newValue

    init(enabled: Bool) {
      isEnabled = enabled
    }

    /// The place of a name, which is made if the name is new.
    mutating func index(of name: String) -> Int {
      let slot = RecentNames.slot(of: name)
      let candidate = recent.slots[slot]
      if candidate >= 0, names[Int(candidate)] == name { return Int(candidate) }
      let index = indexAfterMiss(of: name)
      recent.slots[slot] = Int32(truncatingIfNeeded: index)
      return index
    }

    @inline(never)
    private mutating func indexAfterMiss(of name: String) -> Int {
      if let known = indices[name] { return known }
      let index = names.count
      names.append(name)
      clocks.append(Clock())
      indices[name] = index
      return index
    }

    mutating func stopwatch(_ name: String) -> Stopwatch {
      Stopwatch(index: index(of: name), timer: identity)
    }

    private func index(of stopwatch: Stopwatch) -> Int {
      guard stopwatch.timer == identity else {
        fatalError("This stopwatch belongs to another timer: ask this timer for a stopwatch of its own.")
      }
      return stopwatch.index
    }

    mutating func start(_ name: String) throws(TimerError) {
      guard isEnabled else { return }
      try start(at: index(of: name))
    }

    mutating func start(_ stopwatch: Stopwatch) throws(TimerError) {
      guard isEnabled else { return }
      try start(at: index(of: stopwatch))
    }

    @inline(__always)
    private mutating func start(at index: Int) throws(TimerError) {
      guard !clocks[index].isRunning else { throw .alreadyRunning(names[index]) }
      clocks[index].startedAt = Clock.now()
    }

    mutating func stop(_ name: String) throws(TimerError) {
      guard isEnabled else { return }
      // Before the lookup, which is not what is being timed.
      let now = Clock.now()
      try stop(at: index(of: name), now: now)
    }

    mutating func stop(_ stopwatch: Stopwatch) throws(TimerError) {
      guard isEnabled else { return }
      let now = Clock.now()
      try stop(at: index(of: stopwatch), now: now)
    }

    @inline(__always)
    private mutating func stop(at index: Int, now: UInt64) throws(TimerError) {
      guard clocks[index].isRunning else { throw .notRunning(names[index]) }
      clocks[index].nanoseconds &+= now &- clocks[index].startedAt
      clocks[index].hits &+= 1
      clocks[index].startedAt = Clock.notStarted
    }

    mutating func count(bytes: Int, for name: String) {
      guard isEnabled else { return }
      count(bytes: bytes, at: index(of: name))
    }

    mutating func count(bytes: Int, for stopwatch: Stopwatch) {
      guard isEnabled else { return }
      count(bytes: bytes, at: index(of: stopwatch))
    }

    private mutating func count(bytes: Int, at index: Int) {
      guard bytes >= 0 else {
        fatalError("A timer cannot count \(bytes) bytes: bytes only add up.")
      }
      clocks[index].bytes &+= bytes
    }

    mutating func record(_ name: String, since mark: Mark, bytes: Int) {
      guard isEnabled, mark.nanoseconds != Clock.notStarted else { return }
      let now = Clock.now()
      record(at: index(of: name), since: mark, now: now, bytes: bytes)
    }

    mutating func record(_ stopwatch: Stopwatch, since mark: Mark, bytes: Int) {
      guard isEnabled, mark.nanoseconds != Clock.notStarted else { return }
      let now = Clock.now()
      record(at: index(of: stopwatch), since: mark, now: now, bytes: bytes)
    }

    private mutating func record(at index: Int, since mark: Mark, now: UInt64, bytes: Int) {
      record(at: index, nanoseconds: now &- mark.nanoseconds, bytes: bytes)
    }

    mutating func record(_ stopwatch: Stopwatch, nanoseconds: UInt64, bytes: Int) {
      guard isEnabled else { return }
      record(at: index(of: stopwatch), nanoseconds: nanoseconds, bytes: bytes)
    }

    private mutating func record(at index: Int, nanoseconds: UInt64, bytes: Int) {
      clocks[index].nanoseconds &+= nanoseconds
      clocks[index].hits &+= 1
      clocks[index].bytes &+= bytes
    }

    mutating func reset() {
      let now = Clock.now()
      for index in clocks.indices {
        clocks[index] = Clock(startedAt: clocks[index].isRunning ? now : Clock.notStarted)
      }
    }

    /// The names and figures of the clocks that have any.
    var used: [(name: String, clock: Clock)] {
      zip(names, clocks).filter { $0.1.isUsed }.map { (name: $0.0, clock: $0.1) }
    }

    var runningNames: [String] {
      zip(names, clocks).filter { $0.1.isRunning }.map { $0.0 }
    }
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

    /// The monotonic clock, in nanoseconds.
    @inline(__always)
    static func now() -> UInt64 {
      var time = timespec()
      unsafe clock_gettime(CLOCK_MONOTONIC, &time)
      return UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000
        &+ UInt64(bitPattern: Int64(time.tv_nsec))
    }
  }

  /// Where names were last found, by a hash so cheap that a lookup by name costs little more than a stopwatch.
  ///
  /// Names that share a slot only cost each other a look into the dictionary.
  private struct RecentNames {
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
