import Testing

@testable import Timing

@Suite("TimingReport")
struct TimingReportTests {
  /// What a timer with these figures encodes.
  private func encoded(_ clocks: [(name: String, hits: Int, nanoseconds: UInt64, bytes: Int)]) -> [UInt8] {
    let timer = Timer()
    for clock in clocks {
      _ = timer.stopwatch(clock.name)
      timer.state.clocks[timer.state.clocks.count - 1] = Timer.Clock(
        nanoseconds: clock.nanoseconds, hits: clock.hits, bytes: clock.bytes)
    }
    return timer.encoded()
  }

  private let fourRanks: [[(name: String, hits: Int, nanoseconds: UInt64, bytes: Int)]] = [
    [("step", 1000, 2_400_000_000, 0), ("pack", 6000, 100_000_000, 400_000_000), ("write", 8, 5_000, 0)],
    [("step", 1000, 2_500_000_000, 0), ("pack", 6000, 125_000_000, 400_000_000), ("write", 10, 7_000, 0)],
    [("pack", 6000, 75_000_000, 400_000_000), ("step", 1000, 2_600_000_000, 0)],
    [("step", 1000, 2_500_000_000, 0), ("pack", 6000, 100_000_000, 0), ("write", 9, 6_300, 0)],
  ]

  private func report(rank: Int = 0) throws -> TimingReport {
    try TimingReport(gathered: fourRanks.map(encoded), rank: rank)
  }

  @Test("Ranks are merged by name, over the ranks that used it, longest first")
  func merging() throws {
    let report = try report()
    #expect(report.rankCount == 4)
    #expect(report.rows.map(\.name) == ["step", "pack", "write"])
    let pack = report.rows[1]
    #expect(pack.rankCount == 4)
    #expect(pack.hits == TimingReport.Hits(min: 6000, max: 6000, total: 24_000))
    #expect(pack.seconds.min == 0.075 && pack.seconds.max == 0.125)
    #expect(abs(pack.seconds.mean - 0.1) < 1e-15 && abs(pack.seconds.sum - 0.4) < 1e-15)
    #expect(abs(try #require(pack.imbalance) - 1.25) < 1e-14)
    #expect(pack.bytes == 1_200_000_000)
    #expect(abs(try #require(pack.gigabytesPerSecond) - 3) < 1e-14)
    let write = report.rows[2]
    #expect(write.rankCount == 3)
    #expect(write.hits == TimingReport.Hits(min: 8, max: 10, total: 27))
    #expect(write.seconds.min == 5e-6 && write.seconds.max == 7e-6)
    #expect(abs(write.seconds.mean - 6.1e-6) < 1e-18)
    #expect(write.gigabytesPerSecond == nil)
    #expect(
      try TimingReport(gathered: fourRanks.reversed().map(encoded), rank: 3).rows.map(\.name)
        == report.rows.map(\.name))
  }

  @Test("The table, to the letter")
  func table() throws {
    #expect(
      try report().table == """
        timing, 4 ranks       hits      min     mean      max  max/mean  GB/s
        step                  1000   2.40 s   2.50 s   2.60 s      1.04
        pack                  6000  75.0 ms   100 ms   125 ms      1.25  3.00
        write (3 of 4 ranks)  8–10  5.00 µs  6.10 µs  7.00 µs      1.15
        """)
  }

  @Test("A table without bytes has no column for their rate; without clocks it is its header")
  func smallTables() throws {
    #expect(
      try TimingReport(gathered: [encoded([("a", 1, 25, 0)])], rank: 0).table == """
        timing, 1 rank  hits       min      mean       max  max/mean
        a                  1  0.025 µs  0.025 µs  0.025 µs      1.00
        """)
    #expect(try TimingReport(gathered: [[1], [1]], rank: 0).table == "timing, 2 ranks  hits  min  mean  max")
    #expect(try TimingReport(gathered: [], rank: 1).table == "timing, 0 ranks  hits  min  mean  max")
    let bytesOnly = try TimingReport(gathered: [encoded([("a", 0, 0, 5)])], rank: 0)
    #expect(bytesOnly.rows[0].imbalance == nil && bytesOnly.rows[0].gigabytesPerSecond == nil)
    #expect(
      bytesOnly.table == """
        timing, 1 rank  hits       min      mean       max
        a                  0  0.000 µs  0.000 µs  0.000 µs
        """)
  }

  @Test(
    "Durations have three digits and the unit that fits",
    arguments: [
      (0, "0.000 µs"), (1e-9, "0.001 µs"), (0.9994e-6, "0.999 µs"), (0.9996e-6, "1.00 µs"),
      (9.994e-6, "9.99 µs"), (9.996e-6, "10.0 µs"), (99.94e-6, "99.9 µs"), (99.96e-6, "100 µs"),
      (999.4e-6, "999 µs"), (999.6e-6, "1.00 ms"), (0.01234, "12.3 ms"), (0.9994, "999 ms"),
      (0.9996, "1.00 s"), (59.96, "60.0 s"), (12345.6, "12346 s"), (1e18, "1e+18 s"),
    ] as [(Double, String)])
  func durations(seconds: Double, text: String) {
    #expect(TimingReport.duration(seconds) == text)
  }

  @Test("JSON, to the letter")
  func json() throws {
    let clocks: [(name: String, hits: Int, nanoseconds: UInt64, bytes: Int)] = [
      ("pack", 2, 500_000_000, 1_000_000_000), ("a \"b\"\\\n\u{1}é/", 0, 0, 0), ("never", 0, 0, 7),
    ]
    let other: [(name: String, hits: Int, nanoseconds: UInt64, bytes: Int)] = [
      ("pack", 3, 1_500_000_000, 1_000_000_000), ("a \"b\"\\\n\u{1}é/", 1, 1_000, 0),
    ]
    let report = try TimingReport(gathered: [encoded(clocks), encoded(other)], rank: 0)
    #expect(
      report.json == #"""
        {
          "ranks": 2, "hiddenShare": null,
          "clocks": [
            {"name": "pack", "ranks": 2, "hits": {"min": 2, "max": 3, "total": 5}, "seconds": {"min": 0.5, "mean": 1.0, "max": 1.5, "sum": 2.0}, "imbalance": 1.5, "bytes": 2000000000, "gigabytesPerSecond": 1.0},
            {"name": "a \"b\"\\\n\u0001é/", "ranks": 1, "hits": {"min": 1, "max": 1, "total": 1}, "seconds": {"min": 1e-06, "mean": 1e-06, "max": 1e-06, "sum": 1e-06}, "imbalance": 1.0, "bytes": 0, "gigabytesPerSecond": null},
            {"name": "never", "ranks": 1, "hits": {"min": 0, "max": 0, "total": 0}, "seconds": {"min": 0.0, "mean": 0.0, "max": 0.0, "sum": 0.0}, "imbalance": null, "bytes": 7, "gigabytesPerSecond": null}
          ]
        }
        """#)
    let nothing = "{\n  \"ranks\": 1, \"hiddenShare\": null,\n  \"clocks\": []\n}"
    #expect(try TimingReport(gathered: [[1]], rank: 0).json == nothing)
    #expect(TimingReport.number(.nan) == "null" && TimingReport.number(.infinity) == "null")
    #expect(TimingReport.quoted("\r\t\u{8}\u{7f}µ🌊") == "\"\\r\\t\\u0008\\u007fµ🌊\"")
  }

  @Test("What of the transfer was not waited for was hidden")
  func hiddenShare() throws {
    func report(_ ranks: [(transfer: UInt64, wait: UInt64)]) throws -> TimingReport {
      let figures = ranks.map { encoded([("transfer", 1, $0.transfer, 0), ("wait", 1, $0.wait, 0)]) }
      return try TimingReport(gathered: figures, rank: 0)
    }
    let some = try report([(3_000_000_000, 500_000_000), (1_000_000_000, 500_000_000)])
    #expect(some.hiddenShare == 0.75)
    #expect(some.table.split(separator: "\n").last == "hidden: 75.0 % of the transfer")
    #expect(some.json.hasPrefix("{\n  \"ranks\": 2, \"hiddenShare\": 0.75,\n"))
    #expect(try report([(5, 5)]).hiddenShare == 0)
    // The clocks are read one after the other.
    #expect(try report([(5, 6)]).hiddenShare == 0)
    #expect(try report([(5, 0)]).hiddenShare == 1)
    #expect(try report([(0, 0)]).hiddenShare == nil)
    let never = try TimingReport(gathered: [encoded([("wait", 1, 5, 0)])], rank: 0)
    #expect(never.hiddenShare == nil && !never.table.contains("hidden"))
    let always = try TimingReport(gathered: [encoded([("transfer", 1, 5, 0)])], rank: 0)
    #expect(always.hiddenShare == 1)
  }

  @Test("What a timer encodes, a report reads")
  func roundTrip() throws {
    let timer = Timer()
    for _ in 0..<300 { try timer.clock("a long name, with é and 🌊, of a clock") {} }
    timer.count(bytes: 1 << 40, for: "a long name, with é and 🌊, of a clock")
    try timer.clock("") {}
    try timer.start("running is not in it")
    _ = timer.stopwatch("never used is not in it")
    let report = try TimingReport(gathered: [timer.encoded()], rank: 0)
    #expect(report.rows == TimingReport(timer).rows)
    let byName = Dictionary(uniqueKeysWithValues: report.rows.map { ($0.name, $0) })
    #expect(byName.count == 2)
    let long = try #require(byName["a long name, with é and 🌊, of a clock"])
    #expect(long.hits.total == 300 && long.bytes == 1 << 40)
    #expect(long.seconds.sum == timer.times["a long name, with é and 🌊, of a clock"])
    #expect(byName[""]?.hits.total == 1)
  }

  @Test("Every cut and every changed byte of an encoding is read or refused, never a crash")
  func malformedEncodings() throws {
    let good = encoded([("pack", 300, 1 << 60, 1 << 50), ("unpack", 1, 1, 1)])
    for length in 0..<good.count {
      if let report = try? TimingReport(gathered: [Array(good.prefix(length))], rank: 0) {
        // Between two clocks is the only place where a cut leaves something whole.
        #expect(report.rows.count < 2)
      }
    }
    for position in good.indices {
      for byte in UInt8.min...UInt8.max {
        var bytes = good
        bytes[position] = byte
        _ = try? TimingReport(gathered: [bytes, good], rank: 0).table
      }
    }
  }

  @Test(
    "A malformed encoding is refused with its rank and the problem",
    arguments: [
      ([], "there are no bytes"),
      ([2], "expected version 1, found 2"),
      ([1, 5, 65], "cut off inside the name at byte 1 of 3"),
      ([1, 0x80], "cut off inside the number at byte 1 of 2"),
      ([1, 1, 65, 1], "cut off inside the number at byte 4 of 4"),
      ([1, 1, 0xff, 1, 1, 1], "the name at byte 1 of 6 is not UTF-8"),
      ([1, 1, 65, 1, 1, 1, 1, 65, 1, 1, 1], "clock \"A\" is there twice"),
      (
        [1, 1, 65, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
        "the number at byte 3 of 13 has more than 64 bits"
      ),
      (
        [1, 1, 65, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
        "the number at byte 3 of 13 has more than 63 bits"
      ),
    ] as [([UInt8], String)])
  func malformed(bytes: [UInt8], problem: String) {
    #expect(throws: TimerError.malformedFigures(rank: 1, problem: problem)) {
      try TimingReport(gathered: [[1], bytes], rank: 0)
    }
    #expect(
      "\(TimerError.malformedFigures(rank: 1, problem: problem))"
        == "the timing figures of rank 1 cannot be read: \(problem)")
  }

  @Test("Sums that no integer holds stop at the largest")
  func saturation() throws {
    let huge = encoded([("a", .max, .max, .max)])
    let report = try TimingReport(gathered: [huge, huge], rank: 0)
    #expect(report.rows[0].bytes == .max && report.rows[0].hits.total == .max)
    #expect(!report.table.isEmpty && !report.json.isEmpty)
  }
}
