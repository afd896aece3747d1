import ComplexModule
import Halo
import Snapshot

/// Writes what Python is to read, and reads what Python has written; bit by bit, every type of element.
///
///     snapshot-check write FOLDER none|gzip|zstd
///     snapshot-check read FOLDER [NAME=TYPE…]       of arrays of 13 x 10 points, with or without steps 0, 1, …
///     snapshot-check write-large FOLDER none|gzip|zstd
///     snapshot-check read-large FOLDER              each prints by how many KiB a rank's memory has grown, at most
///     snapshot-check speed FOLDER MIB CHUNK-MIB     prints the seconds of writing a field of so many MiB a rank
@main
struct SnapshotCheck {
  static func main() {
    let arguments = CommandLine.arguments
    MPI.run { world in
      switch arguments.count > 2 ? arguments[1] : "" {
      case "write": try write(arguments[2], compression(arguments.dropFirst(3).first), world)
      case "read": try read(arguments[2], Array(arguments.dropFirst(3)), world)
      case "write-large":
        let growth = try LargeField.write(to: arguments[2], compression(arguments.dropFirst(3).first), world)
        if world.rank == 0 { print(growth) }
      case "read-large":
        let growth = try LargeField.read(from: arguments[2], world)
        if world.rank == 0 { print(growth) }
      case "speed": try speed(arguments[2], Int(arguments[3]) ?? 64, Int(arguments[4]) ?? 64, world)
      default: throw Wrong("expected write, read, write-large, read-large or speed, and a folder")
      }
    }
  }

  struct Wrong: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  private static func compression(_ codec: String?) throws -> Snapshot.Compression {
    switch codec {
    case nil, "none": .none
    case "gzip": .gzip(level: 4)
    case "zstd": .zstd(level: 3)
    case .some(let other): throw Wrong("expected none, gzip or zstd, found \(other)")
    }
  }

  private static func write(
    _ folder: String, _ compression: Snapshot.Compression, _ world: Communicator
  ) throws {
    let grid = try CartesianGrid(global: [13, 10], periodic: [true, false], over: world)
    let writer = try Snapshot.Writer(
      at: folder, on: grid, dimensions: ["y", "x"], compression: compression, chunkByteCount: 300,
      attributes: ["title": "all types", "numbers": [1, 2.5, -3]],
      timeAttributes: ["long_name": "time of the sea"]
    ) { list in
      list.add(coordinate: "y", (0..<13).map(Double.init), attributes: ["units": "km"])
      list.add(coordinate: "x", (0..<10).map { Double($0) / 2 })
    }
    for step in 0..<3 {
      let cases = Cases(grid: grid, salt: step)
      try writer.write(step: 10 * step, time: Double(step) / 4) { list in
        cases.add(Bool.self, to: &list)
        cases.add(Int8.self, to: &list)
        cases.add(Int16.self, to: &list)
        cases.add(Int32.self, to: &list)
        cases.add(Int64.self, to: &list)
        cases.add(UInt8.self, to: &list)
        cases.add(UInt16.self, to: &list)
        cases.add(UInt32.self, to: &list)
        cases.add(UInt64.self, to: &list)
        cases.add(Float16.self, to: &list)
        cases.add(Float.self, to: &list)
        cases.add(Double.self, to: &list)
        cases.add(Complex<Float>.self, to: &list)
        cases.add(Complex<Double>.self, to: &list)
      }
    }
  }

  private static func read(_ folder: String, _ names: [String], _ world: Communicator) throws {
    let grid = try CartesianGrid(global: [13, 10], over: world)
    let reader = try Snapshot.Reader(at: folder, on: grid)
    let steps: [Int?] = reader.steps.isEmpty ? [nil] : reader.steps
    for step in steps {
      let cases = Cases(grid: grid, salt: step ?? 0)
      var wrong: [String] = []
      for name in names {
        let parts = name.split(separator: "=").map(String.init)
        guard parts.count == 2 else { throw Wrong("expected NAME=TYPE, found \(name)") }
        wrong += try check(parts[1], [parts[0]], cases, reader, step)
      }
      if let first = wrong.first { throw Wrong("\(wrong.count) arrays, the first is \(first)") }
    }
    if world.rank == 0 { print("\(names.count) arrays of \(steps.count) steps are right") }
  }

  private static func check(
    _ type: String, _ names: [String], _ cases: Cases, _ reader: Snapshot.Reader, _ step: Int?
  ) throws -> [String] {
    switch type {
    case "bool": try cases.check(Bool.self, names, in: reader, step: step)
    case "int8": try cases.check(Int8.self, names, in: reader, step: step)
    case "int16": try cases.check(Int16.self, names, in: reader, step: step)
    case "int32": try cases.check(Int32.self, names, in: reader, step: step)
    case "int64": try cases.check(Int64.self, names, in: reader, step: step)
    case "uint8": try cases.check(UInt8.self, names, in: reader, step: step)
    case "uint16": try cases.check(UInt16.self, names, in: reader, step: step)
    case "uint32": try cases.check(UInt32.self, names, in: reader, step: step)
    case "uint64": try cases.check(UInt64.self, names, in: reader, step: step)
    case "float16": try cases.check(Float16.self, names, in: reader, step: step)
    case "float32": try cases.check(Float.self, names, in: reader, step: step)
    case "float64": try cases.check(Double.self, names, in: reader, step: step)
    case "complex64": try cases.check(Complex<Float>.self, names, in: reader, step: step)
    case "complex128": try cases.check(Complex<Double>.self, names, in: reader, step: step)
    default: throw Wrong("unknown type \(type)")
    }
  }

  private static func speed(_ folder: String, _ mebibytes: Int, _ chunk: Int, _ world: Communicator) throws {
    let rows = mebibytes * world.size
    let grid = try CartesianGrid(global: [rows, 131_072], processGrid: [world.size, 1], over: world)
    var field = try Field<Double, 2>(on: grid, halo: [1, 1])
    field.fillOwned { Double($0[0] ^ $0[1]) }
    let writer = try Snapshot.Writer(at: folder, on: grid, chunkByteCount: chunk << 20)
    try world.barrier()
    // The first step takes the memory of a chunk and makes folders; what is asked for is how fast a simulation goes on.
    try writer.write(step: 0, time: 0) { $0.add(field, "field") }
    try world.barrier()
    let clock = ContinuousClock(), start = clock.now
    try writer.write(step: 1, time: 0) { $0.add(field, "field") }
    if world.rank == 0 { print((clock.now - start) / .seconds(1)) }
  }
}
