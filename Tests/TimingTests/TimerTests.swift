import AllocationCounting
import Glibc
import Testing
import Timing

@Suite("Timer")
struct TimerTests {
  @Test("A stopped clock has its time and one hit more")
  func startAndStop() throws {
    let timer = Timer()
    #expect(timer.times.isEmpty)
    try timer.start("step")
    usleep(2000)
    try timer.stop("step")
    try timer.start("step")
    try timer.stop("step")
    let seconds = try #require(timer.times["step"])
    #expect(seconds >= 0.002 && seconds < 10)
    #expect(timer.hits == ["step": 2])
    #expect(timer.byteCounts == ["step": 0])
  }

  @Test("Clocks run independently of each other, by name and by stopwatch")
  func overlappingClocks() throws {
    let timer = Timer()
    let inner = timer.stopwatch("inner")
    try timer.start("outer")
    try timer.start(inner)
    try timer.start("third")
    try timer.stop("outer")
    usleep(1000)
    try timer.stop("inner")
    try timer.stop("third")
    #expect(timer.hits == ["outer": 1, "inner": 1, "third": 1])
    let times = timer.times
    #expect(try #require(times["inner"]) >= 0.001)
    #expect(timer.stopwatch("inner") == inner)
    #expect(timer.stopwatch("outer") != inner)
    #expect(Timer().stopwatch("inner") != inner)
  }

  @Test("Starting a running clock and stopping one that is not running are errors, and change nothing")
  func misuse() throws {
    let timer = Timer()
    let clock = timer.stopwatch("step")
    #expect(throws: TimerError.notRunning("step")) { try timer.stop("step") }
    #expect(throws: TimerError.notRunning("never seen")) { try timer.stop("never seen") }
    try timer.start("step")
    #expect(throws: TimerError.alreadyRunning("step")) { try timer.start("step") }
    #expect(throws: TimerError.alreadyRunning("step")) { try timer.start(clock) }
    try timer.stop(clock)
    #expect(throws: TimerError.notRunning("step")) { try timer.stop(clock) }
    #expect(timer.hits == ["step": 1])
  }

  @Test("A timer cannot be disabled while clocks run; the error names them")
  func disableWhileRunning() throws {
    let timer = Timer()
    try timer.start("a")
    try timer.start("b")
    try timer.start("c")
    try timer.stop("b")
    #expect(throws: TimerError.disabledWhileRunning(["a", "c"])) { try timer.disable() }
    #expect(timer.isEnabled)
    try timer.stop("a")
    try timer.stop("c")
    try timer.disable()
    #expect(!timer.isEnabled)
  }

  @Test("A disabled timer takes nothing down, keeps what it has, and refuses nothing")
  func disabled() throws {
    let timer = Timer()
    try timer.clock("step") {}
    try timer.disable()
    try timer.disable()
    try timer.start("step")
    try timer.start("step")
    try timer.stop("step")
    try timer.stop("other")
    timer.count(bytes: 8, for: "step")
    #expect(try timer.clock("step") { 7 } == 7)
    #expect(timer.hits == ["step": 1])
    #expect(timer.byteCounts == ["step": 0])
    timer.enable()
    timer.enable()
    #expect(throws: TimerError.notRunning("step")) { try timer.stop("step") }
    try timer.clock("step") {}
    #expect(timer.hits == ["step": 2])

    let silent = Timer(enabled: false)
    try silent.clock("step") {}
    #expect(!silent.isEnabled && silent.hits.isEmpty)
  }

  @Test("clock returns what its body returns, and stops when the body throws")
  func clockScope() throws {
    struct BodyFailed: Error {}
    let timer = Timer()
    #expect(try timer.clock("value") { 42 } == 42)
    #expect(throws: BodyFailed.self) { try timer.clock("failing") { throw BodyFailed() } }
    #expect(throws: BodyFailed.self) {
      try timer.clock(timer.stopwatch("failing")) { throw BodyFailed() }
    }
    #expect(timer.hits == ["value": 1, "failing": 2])
    try timer.disable()

    timer.enable()
    try timer.start("value")
    var bodyRan = false
    #expect(throws: TimerError.alreadyRunning("value")) { try timer.clock("value") { bodyRan = true } }
    #expect(!bodyRan)
    try timer.stop("value")
    #expect(throws: TimerError.notRunning("value")) {
      try timer.clock("value") { try timer.stop("value") }
    }
    #expect(throws: BodyFailed.self) {
      try timer.clock("value") {
        try timer.stop("value")
        throw BodyFailed()
      }
    }
  }

  @Test("Reset forgets the figures, keeps the stopwatches, and lets running clocks go on from now")
  func reset() throws {
    let timer = Timer()
    let clock = timer.stopwatch("step")
    try timer.clock(clock) { _ = usleep(1000) }
    timer.count(bytes: 100, for: clock)
    timer.reset()
    #expect(timer.times.isEmpty && timer.hits.isEmpty && timer.byteCounts.isEmpty)
    try timer.clock(clock) {}
    #expect(timer.hits == ["step": 1])

    try timer.start("outer")
    usleep(50_000)
    timer.reset()
    try timer.stop("outer")
    #expect(timer.hits == ["outer": 1])
    #expect(try #require(timer.times["outer"]) < 0.05)
  }

  @Test("Bytes add up by name and by stopwatch")
  func bytes() throws {
    let timer = Timer()
    timer.count(bytes: 100, for: "pack")
    timer.count(bytes: 20, for: timer.stopwatch("pack"))
    #expect(timer.byteCounts == ["pack": 120])
    #expect(timer.hits == ["pack": 0])
  }

  @Test("Many names, alike in length and ends, stay apart")
  func manyNames() throws {
    let timer = Timer()
    let names = (0..<500).map { "clock \($0) of all" } + ["", "é", "e\u{301}x", "µ"]
    for (index, name) in names.enumerated() {
      for _ in 0...(index % 3) {
        try timer.start(name)
        try timer.stop(name)
      }
    }
    for (index, name) in names.enumerated() {
      #expect(timer.hits[name] == index % 3 + 1)
    }
    #expect(timer.hits.count == names.count)
  }

  @Test("A mark and a record count one hit, unless the timer was disabled at either end")
  func record() throws {
    let timer = Timer()
    try timer.start("pack")
    let mark = timer.mark
    usleep(1000)
    timer.record("pack", since: mark, bytes: 64)
    timer.record(timer.stopwatch("pack"), since: mark, bytes: 64)
    try timer.stop("pack")
    #expect(timer.hits == ["pack": 3])
    #expect(timer.byteCounts == ["pack": 128])
    #expect(try #require(timer.times["pack"]) >= 0.003)

    try timer.disable()
    timer.record("pack", since: mark, bytes: 64)
    let disabledMark = timer.mark
    timer.enable()
    timer.record("pack", since: disabledMark, bytes: 64)
    #expect(timer.hits == ["pack": 3])
  }

  @Test(
    "Starting and stopping allocates nothing after the first use of a name",
    .enabled(if: AllocationCounting.isAvailable))
  func allocatesNothing() throws {
    let timer = Timer()
    let clock = timer.stopwatch("stopwatch")
    func use(_ name: String) throws {
      try timer.start(name)
      try timer.stop(name)
      timer.count(bytes: 8, for: name)
      timer.record(name, since: timer.mark, bytes: 8)
    }
    func round() throws {
      try use("pack")
      try use("unpack")
      try use("a name that is longer than fifteen bytes")
      try timer.start(clock)
      try timer.stop(clock)
    }
    try round()
    let allocations = try AllocationCounting.count { for _ in 0..<1000 { try round() } }
    #expect(allocations.ours == 0)
  }

  @Test("A stopwatch of another timer is refused with a message")
  func foreignStopwatch() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let clock = Timer().stopwatch("step")
      try Timer().start(clock)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("belongs to another timer"))
  }

  @Test("Negative bytes are refused with a message")
  func negativeBytes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Timer().count(bytes: -1, for: "step")
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("cannot count -1 bytes"))
  }

  @Test("Every error says in one line which clock, and what to do")
  func messages() {
    #expect(
      "\(TimerError.alreadyRunning("a"))"
        == "clock \"a\" is already running: stop it before it is started again")
    #expect("\(TimerError.notRunning("a"))" == "clock \"a\" is not running: start it before it is stopped")
    #expect(
      "\(TimerError.disabledWhileRunning(["a", "b"]))"
        == "the timer cannot be disabled while clocks run; stop these first: \"a\", \"b\"")
  }
}
