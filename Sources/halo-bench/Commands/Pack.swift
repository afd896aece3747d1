import ArgumentParser
import Glibc
import Halo

/// `halo-bench pack`: payload a second of packing and unpacking.
struct Pack: Benchmark {
  static let configuration = CommandConfiguration(
    abstract: "Packs and unpacks layouts: GB/s of payload, ours, memcpy's and MPI_Pack's.",
    discussion: """
      Each layout is packed into contiguous memory and unpacked from it by this library, by MPI_Pack and MPI_Unpack \
      with the matching datatype, and as many bytes are copied by memcpy from contiguous memory. Figures are the \
      median, with the least and the greatest; ratios are of medians, and above 1 this library is faster. A wrap is \
      compared with two sweeps of plain loops as well, MPI's packing and unpacking both count for it.

      Layouts in Fortran order are packed in C's order all the same, as for a rank whose arrays are C's: a transpose. \
      With --memory, the arrays lie in a device's memory: packing and unpacking are launches of this library's kernel, \
      each of the layout in several fields, beside the device's own copy of as many bytes, wraps left out. "touched" \
      are the bytes of all sectors of \(CopyPattern.sectorBytes) bytes that the layout has a part in, and ours/touched \
      is the share of what copying at the device's speed would leave if it read or wrote those in place of the layout.

      A face has the owned cells of the other axes, a slab their halo too, so that the slab of the slowest axis is \
      contiguous.

      Layouts, for --layout:
      \(NamedLayout.all.map { "  \($0.name.left(NamedLayout.longestName)) \($0.summary)" }.joined(separator: "\n"))
      """)

  @Option(
    parsing: .unconditional, help: "Owned cells along each of three axes.",
    transform: Extents.init(parsing:))
  var shape = Extents([128, 128, 128])

  @Option(parsing: .unconditional, help: "Halo cells on each side of each axis.")
  var halo = 3

  @Option(help: "Type of a cell: \(NamedDType.names).", transform: NamedDType.init(parsing:))
  var dtype = NamedDType(.float64)

  @Option(help: "Layouts to measure, with commas between, or all.", transform: LayoutSelection.init(parsing:))
  var layout = LayoutSelection()

  @Option(
    help: "Whose memory: \(MemoryChoice.names); its first device.")
  var memory = MemoryChoice.host

  @Flag(help: "Empty the caches before each sample.")
  var cold = false

  @Option(parsing: .unconditional, help: "Seconds to measure each layout and operation for.")
  var seconds = 0.4

  @OptionGroup var output: OutputOptions

  private var field: FieldShape { FieldShape(owned: shape.extents, halo: halo, dtype: dtype.dtype) }

  func validate() throws {
    try FieldLimits(option: "--shape", shape: shape.extents, halo: halo, dtype: dtype).check(layout.layouts)
    try checkSeconds(seconds)
    guard memory != .host else { return }
    guard !cold else {
      throw ValidationError("--cold empties the processor's caches, and not those of a device")
    }
    guard layout.isEverything || layout.layouts.allSatisfy(\.isCopy) else {
      throw ValidationError(
        "--memory \(memory.rawValue): wraps are of updates, and measured on the host alone")
    }
  }

  func measure(over world: Communicator, writesTable: Bool) throws -> [JSON.Object] {
    var measurement = Measurement(seconds: seconds, eviction: cold ? try CacheEviction() : nil)
    if memory != .host { measurement.sampleNanoseconds = Measurement.deviceSampleNanoseconds }
    let progress = Progress()
    var results: [JSON.Object] = []
    let device = try memory.opened()
    let table = writesTable ? CopyTable(title: title(device), isOfDevice: device != nil) : nil
    let layouts = device == nil ? layout.layouts : layout.layouts.filter(\.isCopy)
    for (index, layout) in layouts.enumerated() {
      progress.show("\(index + 1) of \(layouts.count): \(layout.name)")
      let figures =
        switch layout.kind {
        case .copy(let pattern):
          if let device {
            try DeviceCopyBenchmark(pattern(field), layout.name, on: device).figures(measurement)
          } else {
            try CopyBenchmark(pattern(field), layout.name, over: world).figures(measurement)
          }
        case .wrap(let pattern):
          try wrapFigures(pattern(field), layout.name, measurement, over: world)
        }
      progress.clear()
      for figures in figures {
        table?.write(figures)
        results.append(figures.json(cold: cold, memory: device?.description ?? "host"))
      }
    }
    return results
  }

  private func title(_ device: Device?) -> String {
    let place = device.map { "memory of \($0), beside its own copy" }
    return
      "\(shape) cells of \(dtype), halo \(halo), \(place ?? "\(cold ? "cold" : "warm") caches"); GB/s of payload"
  }
}
