import DeviceTesting
import Foundation
import Testing

/// What `halo-bench pack` measures; that each copy is right it checks itself.
@Suite struct PackTests {
  /// All layouts, in the order of the table.
  static let layouts =
    ["c", "fortran"].flatMap { order in
      ["slab-0", "slab-1", "slab-2", "face-0", "face-1", "face-2", "edge-01", "edge-02", "edge-12", "corner"]
        .map { "\(order)-\($0)" } + [order == "c" ? "c-row-points" : "fortran-column-points"]
    } + [
      "wrf-x", "wrf-y", "milc-zdown", "lu-x", "lu-y", "mg-x", "mg-y", "mg-z", "fft2d-transpose",
      "struct-component", "wrap-0", "wrap-1", "wrap-2", "wrap-106",
    ]

  /// All but those whose size is fixed, some of them tens of megabytes.
  static let sizable = layouts.filter {
    $0.hasPrefix("c-") || $0.hasPrefix("fortran-") || $0.hasPrefix("struct-")
      || $0.hasPrefix("wrap-") && $0 != "wrap-106"
  }

  @Test(arguments: [
    ("5,6,7", 2, "float64", 8), ("4,3,5", 3, "int8", 1), ("3,4,4", 1, "uint16", 2),
    ("6,5,4", 4, "float32", 4),
    ("5,5,5", 2, "complex128", 16),
  ])
  func everyLayoutIsMeasured(shape: String, halo: Int, dtype: String, size: Int) throws {
    let layouts = Self.sizable.joined(separator: ",")
    let results = try Program.results([
      "pack", "--shape", shape, "--halo", "\(halo)", "--dtype", dtype, "--layout", layouts, "--seconds", "0",
    ])
    var expected: [String] = []
    for layout in Self.sizable {
      expected += layout.hasPrefix("wrap") ? ["\(layout) wrap"] : ["\(layout) pack", "\(layout) unpack"]
    }
    #expect(results.map { "\($0["layout"] ?? "") \($0["operation"] ?? "")" } == expected)
    for result in results { try expectFigures(result) }

    let extents = try shape.split(separator: ",").map { try #require(Int($0)) }
    let widths = extents.map { $0 + 2 * halo }
    func bytes(_ layout: String) -> Int? {
      results.first { $0["layout"] as? String == layout }?["bytes"] as? Int
    }
    #expect(bytes("c-slab-0") == halo * widths[1] * widths[2] * size)
    #expect(bytes("c-face-1") == extents[0] * halo * extents[2] * size)
    #expect(bytes("fortran-edge-02") == halo * extents[1] * halo * size)
    #expect(bytes("c-corner") == halo * halo * halo * size)
    #expect(bytes("c-row-points") == extents[0] * extents[1] * size)
    #expect(bytes("fortran-column-points") == extents[1] * extents[2] * size)
    #expect(bytes("struct-component") == halo * extents[1] * extents[2] * size)
    #expect(bytes("wrap-1") == 3 * 2 * widths[0] * halo * widths[2] * size)
  }

  @Test func patternsOfApplicationsHaveTheirSizes() throws {
    let results = try Program.results([
      "pack", "--layout", "wrf-x,wrf-y,milc-zdown,lu-x,lu-y", "--seconds", "0",
    ])
    for result in results { try expectFigures(result) }
    let bytes = results.compactMap { $0["bytes"] as? Int }
    let wrfX = 4 * (4 * 3 * 44 + 5 * 3 * 65 * 44)
    let wrfY = 4 * (4 * 23 * 3 + 5 * 23 * 65 * 3)
    let expected = [wrfX, wrfY, 2 * 16 * 128 * 24, 408 * 5 * 8, 408 * 5 * 8]
    #expect(bytes == expected.flatMap { [$0, $0] })
  }

  @Test func coldCachesAreMeasured() throws {
    let results = try Program.results([
      "pack", "--layout", "c-face-2", "--shape", "8,8,8", "--cold", "--seconds", "0",
    ])
    #expect(results.count == 2)
    for result in results {
      try expectFigures(result)
      #expect(result["caches"] as? String == "cold")
    }
  }

  @Test(.enabled(if: TestDevice.hasOpenCL, "no OpenCL device")) func memoryOfADeviceIsPacked() throws {
    let results = try Program.results([
      "pack", "--memory", "opencl", "--shape", "6,5,7", "--halo", "2", "--seconds", "0",
      "--layout", Self.sizable.filter { !$0.hasPrefix("wrap") }.joined(separator: ","),
    ])
    #expect(results.count == 2 * Self.sizable.count { !$0.hasPrefix("wrap") })
    for result in results {
      #expect((result["memory"] as? String)?.hasPrefix("OpenCL device 0 (") == true)
      #expect(try #require(result["ours_gbps"] as? Double) > 0)
      #expect(try #require(result["memcpy_gbps"] as? Double) > 0)
      let bytes = try #require(result["bytes"] as? Int)
      let touched = try #require(result["touched_bytes"] as? Int)
      #expect(touched % 32 == 0 && touched >= bytes)
      let ratio = try #require(result["ratio_memcpy"] as? Double)
      let expected = ratio * Double(bytes + touched) / Double(2 * bytes)
      #expect(abs(try #require(result["ratio_touched"] as? Double) - expected) < 1e-9 * expected)
    }
    // 10 planes of 9 rows of 11 cells of 8 bytes, of which a halo of 2 on each side.
    func touched(_ layout: String, _ operation: String) throws -> Int {
      let result = results.first {
        $0["layout"] as? String == layout && $0["operation"] as? String == operation
      }
      return try #require(result?["touched_bytes"] as? Int)
    }
    func sectors(_ runs: [Range<Int>]) -> Int {
      32 * Set(runs.flatMap { $0.lowerBound / 32...($0.upperBound - 1) / 32 }).count
    }
    func run(_ plane: Int, _ row: Int, _ cells: Range<Int>) -> Range<Int> {
      let start = 8 * 11 * (9 * plane + row)
      return start + 8 * cells.lowerBound..<start + 8 * cells.upperBound
    }
    let sent = (6..<8).flatMap { plane in (2..<7).map { run(plane, $0, 2..<9) } }
    #expect(try touched("c-face-0", "pack") == sectors(sent))
    let received = (2..<8).flatMap { plane in (2..<7).map { run(plane, $0, 0..<2) } }
    #expect(try touched("c-face-2", "unpack") == sectors(received))
    #expect(try touched("c-slab-0", "pack") == sectors([run(6, 0, 0..<2 * 9 * 11)]))
  }

  @Test(arguments: [["--cold"], ["--layout", "wrap-0"]]) func whatADeviceDoesNotHaveIsRefused(
    options: [String]
  ) throws {
    let result = try Program.run(["pack", "--memory", "opencl", "--seconds", "0"] + options)
    #expect(result.status == 64 && result.errors.hasPrefix("halo-bench: "), "\(result.errors)")
  }

  @Test func tableAndFileHoldTheSame() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "halo-bench-\(UUID()).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let result = try Program.run([
      "pack", "--layout", "c-face-0,wrap-0", "--shape", "8,8,8", "--seconds", "0", "--json", file.path,
    ])
    #expect(result.status == 0 && result.errors.isEmpty)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 5)
    let header = try #require(lines.dropFirst().first)
    #expect(header.hasPrefix("layout") && lines.dropFirst().allSatisfy { $0.count <= header.count })
    let written = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [[String: Any]]
    let results = try #require(written)
    for (line, result) in zip(lines.dropFirst(2), results) {
      let words = line.split(separator: " ").map(String.init)
      #expect(words.starts(with: ["layout", "operation", "bytes"].map { "\(result[$0] ?? "")" }))
    }
  }

  private func expectFigures(_ result: [String: Any]) throws {
    func number(_ key: String) throws -> Double {
      try #require(result[key] as? Double, "\(key) of \(result)")
    }
    #expect(try number("bytes") > 0)
    for name in ["ours", "memcpy", "mpi"] + (result["operation"] as? String == "wrap" ? ["loops"] : []) {
      let median = try number("\(name)_gbps")
      #expect(try number("\(name)_gbps_min") > 0)
      #expect(try number("\(name)_gbps_min") <= median && median <= number("\(name)_gbps_max"))
      guard name != "ours" else { continue }
      let ratio = try number("ours_gbps") / median
      #expect(try abs(number("ratio_\(name)") - ratio) < 1e-9 * ratio)
    }
  }
}
