import Foundation
import Testing

/// What `halo-bench exchange` measures on one rank; Tests/Scripts/check-exchange.sh runs it on more.
@Suite struct ExchangeTests {
  /// All routes that can be asked for.
  static let routes = ["window", "window-packed", "packed", "datatype"]

  @Test(arguments: [
    ("float64", "--corners", "1,1,1"), ("int8", "--faces", "1,0,1"), ("uint16", "--corners", "0,1,0"),
    ("float32", "--faces", "1,1,1"), ("complex128", "--corners", "1,1,0"), ("int64", "--corners", "0,0,0"),
  ])
  func everyKindOfUpdateIsMeasured(dtype: String, stencil: String, periodic: String) throws {
    let results = try Program.results([
      "exchange", "--local", "5,4,6", "--halo", "3", "--fields", "2", "--dtype", dtype, stencil, "--periodic",
      periodic, "--reps", "5",
    ])
    #expect(results.count == 1)
    let result = try #require(results.first)
    #expect(result["verified"] as? Bool == true && result["route"] as? String == "auto")
    #expect(result["messages_per_rank"] as? Int == 0 && result["bytes_per_rank"] as? Int == 0)
    #expect(result["local"] as? [Int] == [5, 4, 6] && result["process_grid"] as? [Int] == [1, 1, 1])
    let times = try ["min_us", "median_us", "max_us"].map { try #require(result[$0] as? Double) }
    #expect(times[0] > 0 && times == times.sorted())
    for phase in ["pack", "send", "wrap", "wait", "unpack", "plan"] {
      #expect(try #require(result["\(phase)_us"] as? Double) >= 0)
    }
    let routes = try #require(result["routes"] as? [[String: Any]])
    #expect(routes.compactMap { $0["route"] as? String } == (periodic == "0,0,0" ? [] : ["local"]))
    guard periodic == "1,1,1", stencil == "--faces" else { return }
    let cells = 2 * 2 * 3 * (4 * 6 + 5 * 6 + 5 * 4)
    #expect(routes.first?["bytes_sent"] as? Int == cells * 4)
  }

  @Test(arguments: routes + ["auto"])
  func aRouteMayBeAskedForOnOneRank(route: String) throws {
    let results = try Program.results(["exchange", "--local", "4,4,4", "--reps", "2", "--route", route])
    #expect(results.count == 1 && results.first?["route"] as? String == route)
    let connections = try #require(results.first?["routes"] as? [[String: Any]])
    #expect(connections.compactMap { $0["route"] as? String } == ["local"])
  }

  @Test(arguments: [
    ("float64", "--corners", "1,1,1"), ("int8", "--faces", "1,0,1"), ("complex128", "--corners", "0,1,1"),
  ])
  func updatesAreComparedWithABareCopy(dtype: String, stencil: String, periodic: String) throws {
    let results = try Program.results([
      "exchange", "--compare", "--local", "5,4,6", "--halo", "3", "--dtype", dtype, stencil, "--periodic",
      periodic, "--reps", "3",
    ])
    // No route leads from the only rank to another.
    #expect(results.count == 1)
    let result = try #require(results.first)
    #expect(result["route"] as? String == "auto" && result["verified"] as? Bool == true)
    for (prefix, median) in [("", "median_us"), ("bare_copy_", "bare_copy_us")] {
      let names = ["\(prefix)min_us", median, "\(prefix)max_us"]
      let times = try names.map { try #require(result[$0] as? Double) }
      #expect(times[0] > 0 && times == times.sorted())
    }
    #expect(result["ratio_to_best"] as? Double == 1 && result["handshake_ns"] is NSNull)
  }
}
