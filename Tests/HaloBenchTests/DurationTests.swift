import Foundation
import Testing

/// What `halo-bench latency` and `halo-bench timer` measure.
@Suite struct DurationTests {
  @Test func scopesAreTimedAndAllocateNothing() throws {
    let results = try Program.results(["latency", "--seconds", "0"])
    #expect(results.count == 5)
    for result in results {
      try expectNanoseconds(result)
      #expect(result["bytes"] as? Int == 1024)
      // Not counted under a sanitizer.
      let allocations = result["allocations"] as? Double
      #expect(allocations == 0 || ProcessInfo.processInfo.environment["HALO_SANITIZER"] != nil)
    }
  }

  @Test func timerIsTimedByStopwatchAndByName() throws {
    let results = try Program.results(["timer", "--seconds", "0"])
    let names = results.compactMap { $0["layout"] as? String }
    #expect(names == ["stopwatch", "name", "stopwatch, disabled", "clock read twice"])
    for result in results { try expectNanoseconds(result) }
  }

  private func expectNanoseconds(_ result: [String: Any]) throws {
    let figures = try ["ns_min", "ns", "ns_max"].map { try #require(result[$0] as? Double) }
    #expect(figures[0] > 0 && figures == figures.sorted())
  }
}
