import Glibc
import Halo
import MPITesting
import Testing

@testable import Snapshot

/// What goes wrong is the same error on all ranks, nobody hangs, and what was there stays.
@Suite(.serialized, .mpi(upTo: 6)) struct SnapshotErrorMPITests {
  private var world: Communicator { MPITesting.world }
  private let axes: [FieldAxis] = [.grid(0), .grid(1)]

  private func grid() throws -> CartesianGrid { try CartesianGrid(global: [13, 10], over: world) }

  private func field(on grid: CartesianGrid, salt: Int = 0) throws -> Field<Double, 2> {
    var u = try Field<Double, 2>(on: grid, halo: 1, repeating: .poison)
    var oracle = SnapshotOracle(grid, axes: axes)
    oracle.salt = salt
    oracle.fill(&u)
    return u
  }

  /// A snapshot of two steps.
  private func snapshot(_ path: String, compression: Snapshot.Compression = .none) throws -> Snapshot.Writer {
    let grid = try grid()
    let writer = try Snapshot.Writer(at: path, on: grid, compression: compression)
    for step in 1...2 {
      let u = try field(on: grid, salt: step)
      try writer.write(step: step, time: 0) { $0.add(u, "u") }
    }
    return writer
  }

  private func expectIntact(
    _ path: String, steps: [Int] = [1, 2], sourceLocation: SourceLocation = #_sourceLocation
  )
    throws
  {
    let grid = try grid()
    let reader = try Snapshot.Reader(at: path, on: grid)
    try expectOnAllRanks(reader.steps == steps, sourceLocation: sourceLocation)
    for step in steps {
      var u = try Field<Double, 2>(on: grid, halo: 1, repeating: .poison)
      try reader.read(into: &u, "u", step: step)
      var oracle = SnapshotOracle(grid, axes: axes)
      oracle.salt = step
      let wrong = oracle.firstWrong(u)
      try expectOnAllRanks(wrong == nil, "\(wrong ?? "")", sourceLocation: sourceLocation)
    }
  }

  /// The error that a body throws; the same on all ranks.
  private func expectError(
    _ kind: SnapshotError.Kind, file: String? = nil, chunk: [Int]? = nil,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) throws {
    var found: SnapshotError?
    do { try body() } catch { found = error as? SnapshotError }
    try expectOnAllRanks(
      found?.kind == kind && (file == nil || found?.file == file) && found?.chunk == chunk,
      "\(found.map { "\($0)" } ?? "no error")", sourceLocation: sourceLocation)
    let hash = Array("\(found.map { "\($0)" } ?? "")".utf8).fnv1a
    let all = try world.allGather(hash)
    try expectOnAllRanks(all.allSatisfy { $0 == hash }, sourceLocation: sourceLocation)
  }

  /// Changes files on one rank, while the others wait.
  private func tamper(_ body: () throws -> Void) throws {
    if world.rank == 0 { try body() }
    try world.barrier()
  }

  private func replace(_ path: String, _ change: (inout [UInt8]) -> Void) throws {
    var bytes = try Files.bytes(of: path, limit: 1 << 30)
    change(&bytes)
    try Files.replace(path, with: bytes)
  }

  private func replace(_ path: String, _ text: String, by other: String) throws {
    try replace(path) { bytes in
      let old = String(decoding: bytes, as: UTF8.self)
      precondition(old.contains(text))
      bytes = Array(
        old.split(separator: text, omittingEmptySubsequences: false).joined(separator: other).utf8)
    }
  }

  @Test func whatIsThereAlready() throws {
    let folder = try TemporaryFolder(world)
    let path = "\(folder.path)/a.zarr"
    _ = try snapshot(path)
    let grid = try grid()
    try expectError(.alreadyExists, file: path) { _ = try Snapshot.Writer(at: path, on: grid) }
    try expectIntact(path)
    try expectError(.notFound, file: "\(folder.path)/none/.a.zarr.new") {
      _ = try Snapshot.Writer(at: "\(folder.path)/none/a.zarr", on: grid)
    }
    try expectError(.notFound, file: "\(folder.path)/none.zarr/zarr.json") {
      _ = try Snapshot.Reader(at: "\(folder.path)/none.zarr", on: grid)
    }
    // Even the superuser may not make folders there.
    try expectError(.noPermission) { _ = try Snapshot.Writer(at: "/sys/a.zarr", on: grid) }
  }

  @Test func twoWriters() throws {
    let folder = try TemporaryFolder(world)
    let path = "\(folder.path)/a.zarr"
    let grid = try grid()
    do {
      let first = try snapshot(path)
      try expectError(.inUse, file: path) { _ = try Snapshot.Writer(at: path, on: grid, existing: .append) }
      try expectIntact(path)
      _ = first.steps
    }
    try world.barrier()
    let second = try Snapshot.Writer(at: path, on: grid, existing: .append)
    let u = try field(on: grid, salt: 3)
    try second.write(step: 3, time: 0) { $0.add(u, "u") }
    try expectIntact(path, steps: [1, 2, 3])
  }

  /// What a writer leaves that was killed: while a snapshot was made, while a step was written, while it was brought into
  /// sight.
  @Test func leftoversOfOneThatWasKilled() throws {
    let folder = try TemporaryFolder(world)
    let path = "\(folder.path)/a.zarr"
    let grid = try grid()
    try tamper {
      try Files.makeFolders(to: "\(folder.path)/.a.zarr.new/u/c")
      try Files.replace("\(folder.path)/.a.zarr.new/zarr.json", with: [1, 2, 3])
    }
    _ = try snapshot(path)
    try tamper {
      try Files.makeFolders(to: "\(path)/.writing/u/0")
      try Files.replace("\(path)/.writing/u/0/0", with: [1, 2, 3])
      try Files.makeFolders(to: "\(path)/u/c/2/0")
      try Files.replace("\(path)/u/c/2/0/0", with: [1, 2, 3])
      try Files.replace("\(path)/u/c/2/0/99", with: [1, 2, 3])
      try replace("\(path)/u/zarr.json", "\"shape\": [2,", by: "\"shape\": [3,")
      try Files.replace("\(path)/.zarr.json.new", with: [1, 2, 3])
    }
    try expectIntact(path)
    let writer = try Snapshot.Writer(at: path, on: grid, existing: .append)
    try expectIntact(path)
    let own = try Files.bytes(of: "\(path)/u/zarr.json", limit: 1 << 20)
    try expectOnAllRanks(String(decoding: own, as: UTF8.self).contains("\"shape\": [2,"))
    let u = try field(on: grid, salt: 3)
    try writer.write(step: 3, time: 0) { $0.add(u, "u") }
    try expectIntact(path, steps: [1, 2, 3])
    for left in [".writing", "u/c/2/0/99", ".zarr.json.new"] {
      try expectOnAllRanks(Files.kind(of: "\(path)/\(left)") == .nothing, "\(left)")
    }
  }

  @Test func ranksThatDisagree() throws {
    guard world.size > 1 else { return }
    let folder = try TemporaryFolder(world)
    let path = "\(folder.path)/a.zarr"
    let grid = try grid()
    let writer = try snapshot(path)
    let u = try field(on: grid)
    let step = world.rank == world.size - 1 ? 4 : 3
    try expectError(.disagreement) { try writer.write(step: step, time: 0) { $0.add(u, "u") } }
    let name = world.rank == 0 ? "u" : "v"
    try expectError(.mismatch) { try writer.write(step: 3, time: 0) { $0.add(u, name) } }
    try expectError(.disagreement) {
      _ = try Snapshot.Writer(at: "\(folder.path)/\(world.rank).zarr", on: grid)
    }
    try expectIntact(path)
  }

  @Test func whatDoesNotFit() throws {
    let folder = try TemporaryFolder(world)
    let path = "\(folder.path)/a.zarr"
    let grid = try grid()
    let writer = try snapshot(path)
    let u = try field(on: grid)
    let counts = try Field<Int32, 2>(on: grid, halo: 0)
    let wide = try Field<Double, 2>(on: grid, axes: [.grid(0, staggered: true), .grid(1)], halo: 0)
    let huge = try Field<Int128, 2>(on: grid, halo: 0)
    try expectError(.mismatch, file: path) { try writer.write(step: 2, time: 0) { $0.add(u, "u") } }
    try expectError(.mismatch, file: path) { try writer.write(step: 3, time: 0) { $0.add(u) } }
    try expectError(.mismatch, file: path) { try writer.write(step: 3, time: 0) { $0.add(u, "u", "v") } }
    try expectError(.mismatch, file: path) { try writer.write(step: 3, time: 0) { $0.add(counts, "u") } }
    try expectError(.mismatch, file: path) { try writer.write(step: 3, time: 0) { $0.add(wide, "u") } }
    try expectError(.mismatch, file: path) {
      try writer.write(step: 3, time: 0) {
        $0.add(u, "u")
        $0.add(u, "u")
      }
    }
    for name in ["", "..", "a/b", "__a", "zarr.json", "time", "a\n"] {
      try expectError(.mismatch, file: path) { try writer.write(step: 3, time: 0) { $0.add(u, name) } }
    }
    try expectError(.foreignType) {
      _ = try Snapshot.Writer(at: "\(folder.path)/b.zarr", on: grid) { $0.add(huge, "h") }
    }
    try expectError(.mismatch) {
      _ = try Snapshot.Writer(at: "\(folder.path)/b.zarr", on: grid, dimensions: ["x"])
    }
    try expectError(.mismatch) {
      _ = try Snapshot.Writer(at: "\(folder.path)/b.zarr", on: grid, compression: .gzip(level: 10))
    }
    try expectOnAllRanks(Files.kind(of: "\(folder.path)/.b.zarr.new") == .nothing)
    try expectIntact(path)
    try writer.write(step: 3, time: 0) { $0.add(u, "u") }
  }

  @Test func whatIsNotThereToRead() throws {
    let folder = try TemporaryFolder(world)
    let path = "\(folder.path)/a.zarr"
    let grid = try grid()
    _ = try snapshot(path)
    let reader = try Snapshot.Reader(at: path, on: grid)
    var u = try field(on: grid)
    var counts = try Field<Int32, 2>(on: grid, halo: 0)
    try expectError(.notFound, file: path) { try reader.read(into: &u, "v") }
    try expectError(.notFound) { try reader.read(into: &u, "u", step: 3) }
    try expectError(.mismatch) { try reader.read(into: &u, "../a.zarr/u") }
    try expectError(.foreignType, file: "\(path)/u") { try reader.read(into: &counts, "u") }
    let other = try CartesianGrid(global: [13, 11], over: world)
    var wide = try Field<Double, 2>(on: other, halo: 0)
    let second = try Snapshot.Reader(at: path, on: other)
    try expectError(.mismatch, file: "\(path)/u") { try second.read(into: &wide, "u") }
    let small = try Snapshot.Reader(at: path, on: grid, chunkByteLimit: 8)
    try expectError(.unsupported, file: "\(path)/u") { try small.read(into: &u, "u") }
  }

  @Test(arguments: [Snapshot.Compression.none, .gzip(level: 1), .zstd(level: 1)])
  func chunksThatAreDamaged(compression: Snapshot.Compression) throws {
    let folder = try TemporaryFolder(world)
    let path = "\(folder.path)/a.zarr"
    let grid = try grid()
    _ = try snapshot(path, compression: compression)
    let chunk = "\(path)/u/c/1/0/0", index = [1, 0, 0]
    var u = try field(on: grid)
    func read() throws { try Snapshot.Reader(at: path, on: grid).read(into: &u, "u") }

    var whole: [UInt8] = []
    if world.rank == 0 { whole = try Files.bytes(of: chunk, limit: 1 << 30) }
    for place in 0..<3 {
      try tamper { try replace(chunk) { $0[[0, $0.count / 2, $0.count - 1][place]] ^= 0x10 } }
      try expectError(.corruptChunk, file: chunk, chunk: index) { try read() }
      try tamper { try Files.replace(chunk, with: whole) }
    }
    try tamper { try replace(chunk) { $0.removeLast(1) } }
    try expectError(compression == .none ? .truncatedChunk : .corruptChunk, file: chunk, chunk: index) {
      try read()
    }
    try tamper { try replace(chunk) { $0 = [] } }
    try expectError(.truncatedChunk, file: chunk, chunk: index) { try read() }
    try tamper { try replace(chunk) { $0 = whole + [1] } }
    try expectError(.corruptChunk, file: chunk, chunk: index) { try read() }
    try tamper { try Files.remove(chunk) }
    try expectError(.missingChunk, file: chunk, chunk: index) { try read() }
    try tamper { try Files.makeFolder(chunk) }
    try expectError(.inputOutput, file: chunk, chunk: index) { try read() }
    // The step before is as good as ever.
    try Snapshot.Reader(at: path, on: grid).read(into: &u, "u", step: 1)
  }

  @Test func metadataOfAnotherKind() throws {
    let folder = try TemporaryFolder(world)
    let path = "\(folder.path)/a.zarr", file = "\(path)/zarr.json"
    let grid = try grid()
    _ = try snapshot(path)
    var document: [UInt8] = []
    if world.rank == 0 { document = try Files.bytes(of: file, limit: 1 << 30) }
    func expect(_ kind: SnapshotError.Kind, at file: String, _ change: () throws -> Void) throws {
      try tamper(change)
      var u = try field(on: grid)
      try expectError(kind, file: file) { try Snapshot.Reader(at: path, on: grid).read(into: &u, "u") }
      try tamper { try Files.replace("\(path)/zarr.json", with: document) }
    }
    try expect(.unsupported, at: file) { try replace(file, "\"zarr_format\": 3", by: "\"zarr_format\": 2") }
    try expect(.invalidMetadata, at: file) { try replace(file, "\"group\"", by: "\"array\"") }
    try expect(.invalidMetadata, at: file) { try replace(file) { $0.removeLast() } }
    try expect(.invalidMetadata, at: file) { try replace(file) { $0 = [] } }
    try expect(.invalidMetadata, at: file) { try replace(file) { $0[0] = 0xff } }
    // Without the array in the document of the whole its own is asked.
    let array = "\(path)/u/zarr.json"
    func expectOfArray(_ kind: SnapshotError.Kind, _ text: String, by other: String) throws {
      var own: [UInt8] = []
      if world.rank == 0 { own = try Files.bytes(of: array, limit: 1 << 30) }
      try expect(kind, at: array) {
        try Files.replace(file, with: Array("{\"zarr_format\": 3, \"node_type\": \"group\"}".utf8))
        try replace(array, text, by: other)
      }
      try tamper { try Files.replace(array, with: own) }
    }
    try expectOfArray(.unsupported, "\"crc32c\"", by: "\"blosc\"")
    try expectOfArray(.unsupported, "\"regular\"", by: "\"rectilinear\"")
    try expectOfArray(.foreignType, "\"float64\"", by: "\"datetime\"")
    try expectOfArray(.invalidMetadata, "\"little\"", by: "\"middle\"")
    try expectIntact(path)
  }

  /// No room left while a step is written, on one rank: a limit on files stands for the disk.
  @Test func noRoomLeft() throws {
    let folder = try TemporaryFolder(world)
    let path = "\(folder.path)/a.zarr"
    let grid = try CartesianGrid(
      global: [256 * world.size, 1024], processGrid: [world.size, 1], over: world)
    var u = try Field<Double, 2>(on: grid, halo: 0)
    u.fillOwned { Double($0[0] + $0[1]) }
    let writer = try Snapshot.Writer(at: path, on: grid)
    try writer.write(step: 1, time: 0) { $0.add(u, "u") }
    let last = world.rank == world.size - 1
    try limitFiles(to: last || world.size > 1 && !MPITesting.isLaunched ? 1 << 20 : nil)
    try world.barrier()
    try expectError(.diskFull, chunk: [1, MPITesting.isLaunched ? world.size - 1 : 0, 0]) {
      try writer.write(step: 2, time: 0) { $0.add(u, "u") }
    }
    try world.barrier()
    try limitFiles(to: nil)
    try world.barrier()
    try expectOnAllRanks(Files.kind(of: "\(path)/.writing") == .nothing)
    let reader = try Snapshot.Reader(at: path, on: grid)
    try expectOnAllRanks(reader.steps == [1])
    try reader.read(into: &u, "u")
    try writer.write(step: 2, time: 0) { $0.add(u, "u") }
  }

  private func limitFiles(to byteCount: Int?) throws {
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(1), &limit)
    limit.rlim_cur = byteCount.map { rlim_t($0) } ?? limit.rlim_max
    unsafe setrlimit(__rlimit_resource_t(1), &limit)
  }
}
