import ArgumentParser
import Halo

/// `halo-bench timer`: what it costs to time something.
struct Timing: Benchmark {
  static let configuration = CommandConfiguration(
    commandName: "timer",
    abstract: "Times a start and a stop of the library's timer, by stopwatch and by name.",
    discussion: "Reading the system's clock twice is measured in turn with them: no pair can cost less.")

  @Option(parsing: .unconditional, help: "Seconds to measure for.")
  var seconds = 2.0

  @OptionGroup var output: OutputOptions

  func validate() throws { try checkSeconds(seconds) }

  func measure(over world: Communicator, writesTable: Bool) throws -> [JSON.Object] {
    let timer = Halo.Timer()
    let disabled = Halo.Timer(enabled: false)
    let (stopwatch, off) = (timer.stopwatch("pack"), disabled.stopwatch("pack"))
    // Among as many names as a report has.
    for name in ["send", "wait", "unpack", "wrap", "physics", "dynamics", "output"] {
      _ = timer.stopwatch(name)
    }
    var sink: UInt64 = 0
    let contestants: [(String, Contestant)] = [
      (
        "stopwatch",
        .repeating {
          try timer.start(stopwatch)
          try timer.stop(stopwatch)
        }
      ),
      (
        "name",
        .repeating {
          try timer.start("pack")
          try timer.stop("pack")
        }
      ),
      (
        "stopwatch, disabled",
        .repeating {
          try disabled.start(off)
          try disabled.stop(off)
        }
      ),
      (
        "clock read twice",
        .repeating { sink &+= nanoseconds() ^ nanoseconds() }
      ),
    ]
    let times = try Measurement(seconds: seconds, eviction: nil).run(contestants.map(\.1))
    withExtendedLifetime(sink) {}
    let figures = zip(contestants, times).map { contestant, time in
      DurationFigures(
        layout: contestant.0, operation: "start and stop", bytes: 0, seconds: time,
        allocations: nil)
    }
    if writesTable { DurationFigures.writeTable("ns a start and stop", figures) }
    return figures.map(\.json)
  }
}
