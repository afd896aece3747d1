/// What was measured of one layout and one operation: rates in GB/s of payload.
struct CopyFigures {
  let layout: String
  let operation: String
  let bytes: Int
  let ours: Spread
  /// As many bytes copied contiguously: by memcpy, or by a device itself.
  let memcpy: Spread
  /// `nil` in a device's memory.
  let mpi: Spread?
  /// Two sweeps of plain loops, for a wrap.
  let loops: Spread?

  /// Takes the seconds of ours, memcpy and, as far as there are more, MPI and plain loops.
  init(layout: String, operation: String, bytes: Int, seconds: [Spread]) {
    let rates = seconds.map { $0.rates(of: Double(bytes) * 1e-9) }
    (self.layout, self.operation, self.bytes) = (layout, operation, bytes)
    (ours, memcpy) = (rates[0], rates[1])
    mpi = rates.count > 2 ? rates[2] : nil
    loops = rates.count > 3 ? rates[3] : nil
  }

  /// How many times faster ours is than another, by medians.
  func ratio(_ other: Spread) -> Double { ours.median / other.median }

  func json(cold: Bool, memory: String) -> JSON.Object {
    [
      "layout": .string(layout), "memory": .string(memory), "operation": .string(operation),
      "bytes": .integer(bytes),
      "caches": .string(cold ? "cold" : "warm"),
      "ours_gbps": .number(ours.median), "ours_gbps_min": .number(ours.min),
      "ours_gbps_max": .number(ours.max),
      "memcpy_gbps": .number(memcpy.median), "memcpy_gbps_min": .number(memcpy.min),
      "memcpy_gbps_max": .number(memcpy.max),
      "mpi_gbps": .number(mpi?.median), "mpi_gbps_min": .number(mpi?.min), "mpi_gbps_max": .number(mpi?.max),
      "loops_gbps": .number(loops?.median), "loops_gbps_min": .number(loops?.min),
      "loops_gbps_max": .number(loops?.max),
      "ratio_memcpy": .number(ratio(memcpy)), "ratio_mpi": .number(mpi.map(ratio)),
      "ratio_loops": .number(loops.map(ratio)),
    ]
  }
}

/// The figures for people.
struct CopyTable {
  private let table: Table

  /// Writes what the table is about and the header.
  init(title: String) {
    print(title)
    table = Table(
      [
        .init("layout", width: NamedLayout.longestName), .init("operation", width: 9),
        .init("bytes", width: 9),
      ]
        + ["ours", "memcpy", "MPI"].flatMap {
          [.init($0, width: 6), .init("min", width: 5), .init("max", width: 5)]
        }
        + [.init("loops", width: 5)] + ["ours/memcpy", "ours/MPI", "ours/loops"].map { .init($0, width: 0) })
  }

  func write(_ figures: CopyFigures) {
    let rates = [figures.ours, figures.memcpy, figures.mpi].flatMap { [$0?.median, $0?.min, $0?.max] }
    table.write(
      [figures.layout, figures.operation, "\(figures.bytes)"] + rates.map { $0.map(significant) ?? "" }
        + [figures.loops.map { significant($0.median) } ?? ""]
        + [figures.memcpy, figures.mpi, figures.loops].map { $0.map { fixed(figures.ratio($0), 2) } ?? "" })
  }
}
