import Halo
import Snapshot

/// A field of several chunks a rank, written and read through the memory of one.
struct LargeField: ~Copyable {
  private static let chunkByteCount = 8 << 20

  private let grid: CartesianGrid
  private let cases: Cases
  private var field: Field<Double, 2>

  /// - Parameter isSplitByRows: Whether ranks have rows of the whole, as when it is read, or columns. Either way some
  ///   chunks lie on several ranks: by columns of uneven blocks a few points, by rows half of every third chunk.
  init(isSplitByRows: Bool, over world: Communicator) throws {
    try self.init(rows: 768, columns: 8190, isSplitByRows, world)
  }

  private init(rows: Int, columns: Int, _ isSplitByRows: Bool, _ world: Communicator) throws {
    let grid = try CartesianGrid(
      global: [rows, columns * world.size + 1],
      processGrid: isSplitByRows ? [world.size, 1] : [1, world.size], over: world)
    let field = try Field<Double, 2>(on: grid, halo: 0, repeating: 0, allocator: .host)
    self.grid = grid
    cases = Cases(grid: grid, salt: 0)
    self.field = field
  }

  /// Writes the field; by how many KiB the memory of a rank has grown, at most.
  static func write(
    to folder: String, _ compression: Snapshot.Compression, _ world: Communicator
  ) throws -> Int {
    // Libraries are loaded and buffers of MPI made, once and for all.
    var small = try LargeField(rows: world.size, columns: 3, false, world)
    try small.write(to: "\(folder).small", compression)
    var large = try LargeField(isSplitByRows: false, over: world)
    return try growth(over: world) { try large.write(to: folder, compression) }
  }

  /// Reads the field and compares every point; by how many KiB the memory of a rank has grown, at most.
  static func read(from folder: String, _ world: Communicator) throws -> Int {
    var small = try LargeField(rows: world.size, columns: 3, true, world)
    try small.read(from: "\(folder).small")
    var large = try LargeField(isSplitByRows: true, over: world)
    return try growth(over: world) { try large.read(from: folder) }
  }

  private mutating func write(to folder: String, _ compression: Snapshot.Compression) throws {
    cases.fill(&field)
    let writer = try Snapshot.Writer(
      at: folder, on: grid, compression: compression, chunkByteCount: Self.chunkByteCount)
    try writer.write(step: 0, time: 0) { $0.add(field, "field") }
  }

  private mutating func read(from folder: String) throws {
    try Snapshot.Reader(at: folder, on: grid).read(into: &field, "field")
    if let wrong = cases.firstWrong(field) { throw SnapshotCheck.Wrong("the field at \(wrong)") }
  }

  private static func growth(over world: Communicator, of body: () throws -> Void) throws -> Int {
    let before = try ResidentMemory.now()
    try body()
    return try world.allReduce(ResidentMemory.peak() - before, .max)
  }
}
