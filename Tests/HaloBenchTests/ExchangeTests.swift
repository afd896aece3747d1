import DeviceTesting
import Foundation
import Testing

/// What `halo-bench exchange` measures on one rank; Tests/Scripts/check-exchange.sh runs it on more.
@Suite struct ExchangeTests {
  /// All routes that can be asked for between fields in the processor's memory, and between those on a device.
  static let routes = ["window", "window-packed", "packed", "datatype"]
  static let routesOfDevices = ["one-shot", "staged", "direct", "peer"]

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

  @Test(
    .enabled(if: TestDevice.hasOpenCL, "no OpenCL device"),
    arguments: [
      ("float64", "--corners", "1,1,1"), ("int8", "--faces", "1,0,1"), ("complex128", "--corners", "0,0,0"),
    ])
  func updatesOnADeviceAreMeasured(dtype: String, stencil: String, periodic: String) throws {
    let results = try Program.results([
      "exchange", "--memory", "opencl", "--local", "5,4,6", "--halo", "3", "--dtype", dtype, stencil,
      "--periodic", periodic, "--reps", "3",
    ])
    let result = try #require(results.first)
    #expect(results.count == 1 && result["verified"] as? Bool == true)
    #expect((result["memory"] as? String)?.hasPrefix("OpenCL device 0 (") == true)
    let times = try ["min_us", "median_us", "max_us"].map { try #require(result[$0] as? Double) }
    #expect(times[0] > 0 && times == times.sorted())
    #expect(try #require(result["start_us"] as? Double) > 0)
    for phase in ["pack", "send", "wait", "plan"] {
      #expect(try #require(result["\(phase)_us"] as? Double) >= 0)
    }
    #expect(result["unpack_us"] == nil && result["wrap_us"] == nil)
  }

  @Test(.enabled(if: TestDevice.hasOpenCL, "no OpenCL device"), arguments: routesOfDevices + ["auto"])
  func aRouteOfADeviceMayBeAskedForOnOneRank(route: String) throws {
    let results = try Program.results([
      "exchange", "--memory", "opencl", "--local", "4,4,4", "--reps", "2", "--route", route,
    ])
    #expect(results.count == 1 && results.first?["route"] as? String == route)
  }

  @Test(.enabled(if: TestDevice.hasOpenCL, "no OpenCL device"))
  func updatesOnADeviceAreComparedWithItsOwnCopy() throws {
    let results = try Program.results([
      "exchange", "--memory", "opencl", "--compare", "--local", "5,4,6", "--reps", "3",
    ])
    let result = try #require(results.first)
    #expect(results.count == 1 && result["route"] as? String == "auto")
    let names = ["device_copy_min_us", "device_copy_us", "device_copy_max_us"]
    let times = try names.map { try #require(result[$0] as? Double) }
    #expect(times[0] > 0 && times == times.sorted())
    #expect(try #require(result["ratio_to_device_copy"] as? Double) > 0)
    #expect(try #require(result["start_us"] as? Double) > 0)
    #expect(result["bare_copy_us"] == nil && result["handshake_ns"] is NSNull)
  }

  @Test(arguments: [
    ("host", "staged", "auto, window, window-packed, packed, datatype"),
    ("opencl", "packed", "auto, one-shot, staged, direct, peer"),
    ("cuda", "window", "auto, one-shot, staged, direct, peer"),
  ])
  func aRouteOfAnotherMemoryIsRefusedBeforeAnythingRuns(memory: String, route: String, names: String) throws {
    let result = try Program.run(["exchange", "--memory", memory, "--route", route])
    #expect(result.status == 64 && result.output.isEmpty)
    let line = "--route \(route): not between fields in \(memory) memory; give one of \(names)"
    #expect(result.errors == "halo-bench: \(line)\n")
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
