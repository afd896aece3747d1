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
  /// The bytes of all sectors that the layout has a part in, in a device's memory.
  let touched: Int?
  /// Two sweeps of plain loops, for a wrap.
  let loops: Spread?

  /// Takes the seconds of ours, memcpy and, as far as there are more, MPI and plain loops.
  init(layout: String, operation: String, bytes: Int, seconds: [Spread], touched: Int? = nil) {
    let rates = seconds.map { $0.rates(of: Double(bytes) * 1e-9) }
    (self.layout, self.operation, self.bytes, self.touched) = (layout, operation, bytes, touched)
    (ours, memcpy) = (rates[0], rates[1])
    mpi = rates.count > 2 ? rates[2] : nil
    loops = rates.count > 3 ? rates[3] : nil
  }

  /// How many times faster ours is than another, by medians.
  func ratio(_ other: Spread) -> Double { ours.median / other.median }

  /// The ratio to a copy that has the sectors which are touched to read or write on one side, at the speed of `memcpy`.
  var ratioTouched: Double? {
    touched.map { ratio(memcpy) * Double(bytes + $0) / Double(2 * bytes) }
  }

  func json(cold: Bool, memory: String) -> JSON.Object {
    [
      "layout": .string(layout), "memory": .string(memory), "operation": .string(operation),
      "bytes": .integer(bytes), "touched_bytes": .number(touched.map(Double.init)),
      "caches": .string(cold ? "cold" : "warm"),
      "ours_gbps": .number(ours.median), "ours_gbps_min": .number(ours.min),
      "ours_gbps_max": .number(ours.max),
      "memcpy_gbps": .number(memcpy.median), "memcpy_gbps_min": .number(memcpy.min),
      "memcpy_gbps_max": .number(memcpy.max),
      "mpi_gbps": .number(mpi?.median), "mpi_gbps_min": .number(mpi?.min), "mpi_gbps_max": .number(mpi?.max),
      "loops_gbps": .number(loops?.median), "loops_gbps_min": .number(loops?.min),
      "loops_gbps_max": .number(loops?.max),
      "ratio_memcpy": .number(ratio(memcpy)), "ratio_mpi": .number(mpi.map(ratio)),
      "ratio_loops": .number(loops.map(ratio)), "ratio_touched": .number(ratioTouched),
    ]
  }
}

/// The figures for people.
struct CopyTable {
  private let table: Table
  private let isOfDevice: Bool

  /// Writes what the table is about and the header.
  init(title: String, isOfDevice: Bool) {
    print(title)
    self.isOfDevice = isOfDevice
    func rates(_ names: [String]) -> [Table.Column] {
      names.flatMap { [.init($0, width: 6), .init("min", width: 5), .init("max", width: 5)] }
    }
    let columns: [Table.Column] =
      isOfDevice
      ? [.init("touched", width: 9)] + rates(["ours", "copy"])
        + ["ours/copy", "ours/touched"].map { .init($0, width: 0) }
      : rates(["ours", "memcpy", "MPI"]) + [.init("loops", width: 5)]
        + ["ours/memcpy", "ours/MPI", "ours/loops"].map { .init($0, width: 0) }
    table = Table(
      [
        .init("layout", width: NamedLayout.longestName), .init("operation", width: 9),
        .init("bytes", width: 9),
      ] + columns)
  }

  func write(_ figures: CopyFigures) {
    func cells(_ rates: [Spread?]) -> [String] {
      rates.flatMap { [$0?.median, $0?.min, $0?.max] }.map { $0.map(significant) ?? "" }
    }
    func ratios(_ ratios: [Double?]) -> [String] { ratios.map { $0.map { fixed($0, 2) } ?? "" } }
    let first = [figures.layout, figures.operation, "\(figures.bytes)"]
    guard !isOfDevice else {
      table.write(
        first + [figures.touched.map { "\($0)" } ?? ""] + cells([figures.ours, figures.memcpy])
          + ratios([figures.ratio(figures.memcpy), figures.ratioTouched]))
      return
    }
    table.write(
      first + cells([figures.ours, figures.memcpy, figures.mpi])
        + [figures.loops.map { significant($0.median) } ?? ""]
        + ratios([figures.memcpy, figures.mpi, figures.loops].map { $0.map(figures.ratio) }))
  }
}
