public import Halo

extension Snapshot {
  /// Writes fields of all ranks into a folder, step by step.
  ///
  /// ```swift
  /// let snapshot = try Snapshot.Writer(at: "sea.zarr", on: grid, dimensions: ["latitude", "longitude"]) {
  ///   $0.add(ground, "ground", attributes: ["units": "m"])           // belongs to no step
  /// }
  /// for step in 1...1000 {
  ///   …
  ///   if step % 100 == 0 {
  ///     try snapshot.write(step: step, time: Double(step) * timeStep) { $0.add(height, "height") }
  ///   }
  /// }
  /// ```
  ///
  /// - **Files.** Each rank writes chunks of its own, as many on each; where blocks are uneven, points at their seams go
  ///   to the chunk's writer in small messages. Beside its fields a rank needs memory for one chunk.
  /// - **A step is there or it is not.** It is written aside, waited for until it is on the disk, and brought into sight
  ///   by one rename, of all fields together. A program that ends before, however it ends, leaves the snapshot as it
  ///   was; what it has left aside goes with the next step that is written.
  /// - **One writer.** As long as a writer lives, others are refused. Readers may come at any time.
  /// - **Checked.** Every chunk carries a checksum (CRC-32C).
  ///
  /// All calls are collective, and throw the same error on all ranks.
  public final class Writer {
    /// The folder.
    public let path: String
    let grid: any WholeArrayGrid
    let agreement: Agreement
    let memory = ChunkMemory()
    let settings: Settings
    /// On rank 0 only.
    var lock: FolderLock?
    var group: GroupMetadata
    var axis = TimeAxis()

    /// How arrays are made.
    struct Settings {
      let dimensions: Dimensions
      let compression: Compression
      let chunkByteCount: Int
      let timeAttributes: [String: JSONValue]
      let progress: ((Progress) -> Void)?
    }

    /// The steps that there are.
    public var steps: [Int] { axis.steps }

    /// Makes a snapshot, or opens one to write further steps.
    ///
    /// - Parameters:
    ///   - path: The folder; by convention its name ends in `.zarr`. The folder that it is in must be there.
    ///   - grid: The grid of all fields.
    ///   - dimensions: Names of the grid's axes; staggered axes get `_faces` behind them.
    ///   - existing: What to do if the snapshot is there already.
    ///   - compression: What makes files smaller.
    ///   - chunkByteCount: The most bytes of a chunk, unless an element has more.
    ///   - attributes: What is to be known of the whole.
    ///   - timeAttributes: What is to be known of the times of steps, such as `["units": "s"]`.
    ///   - contents: Lists what belongs to no step. Not written again where it is there already.
    ///   - progress: Called on rank 0 after each of its chunks.
    /// - Throws: ``SnapshotError``, and nothing is left behind then.
    public convenience init(
      at path: String, on grid: CartesianGrid, dimensions: [String]? = nil, existing: Existing = .refuse,
      compression: Compression = .none, chunkByteCount: Int = 64 << 20,
      attributes: [String: JSONValue] = [:], timeAttributes: [String: JSONValue] = [:],
      contents: (inout Contents) -> Void = { _ in }, progress: ((Progress) -> Void)? = nil
    ) throws(SnapshotError) {
      try self.init(
        path, any: grid, dimensions, existing, compression, chunkByteCount, attributes, timeAttributes,
        progress, contents)
    }

    /// Makes a snapshot of a cubed sphere, or opens one to write further steps; the dimensions are `tile` and two more.
    ///
    /// As ``init(at:on:dimensions:existing:compression:chunkByteCount:attributes:timeAttributes:contents:progress:)``.
    public convenience init(
      at path: String, on grid: CubedSphereGrid, dimensions: [String] = ["row", "column"],
      existing: Existing = .refuse, compression: Compression = .none, chunkByteCount: Int = 64 << 20,
      attributes: [String: JSONValue] = [:], timeAttributes: [String: JSONValue] = [:],
      contents: (inout Contents) -> Void = { _ in }, progress: ((Progress) -> Void)? = nil
    ) throws(SnapshotError) {
      try self.init(
        path, any: grid, dimensions, existing, compression, chunkByteCount, attributes, timeAttributes,
        progress, contents)
    }

    private init(
      _ path: String, any grid: any WholeArrayGrid, _ dimensions: [String]?, _ existing: Existing,
      _ compression: Compression, _ chunkByteCount: Int, _ attributes: [String: JSONValue],
      _ timeAttributes: [String: JSONValue], _ progress: ((Progress) -> Void)?,
      _ contents: (inout Contents) -> Void
    ) throws(SnapshotError) {
      self.path = path.folderPath
      self.grid = grid
      agreement = try Agreement(ownOf: grid.communicator)
      group = GroupMetadata(attributes: attributes)
      group.attributes[GroupMetadata.mark] = GroupMetadata.markValue
      // Arrays that tell more of the steps than the times do, in the words of xarray.
      group.attributes["coordinates"] = .string(TimeAxis.step)
      var list = Contents(on: grid)
      contents(&list)
      var problem = list.problem
      var names: Dimensions?
      do throws(Problem) {
        try compression.check()
        names = try Dimensions(dimensions, gridAxisCount: grid.axisCount)
      } catch {
        problem = problem ?? error
      }
      let claims =
        [
          ("the folder", self.path), ("the grid", "\(grid)"), ("the dimensions", "\(names?.grid ?? [])"),
          ("whether to append", "\(existing)"), ("the compression", "\(compression)"),
          ("the bytes of a chunk", "\(chunkByteCount)"),
          ("the attributes", JSONValue.object(attributes).text),
        ] + list.claims
      try agreement.settle(problem?.at(self.path), claims: claims)
      guard let names else { fatalError("Snapshot: dimensions were neither taken nor refused") }
      settings = Settings(
        dimensions: names, compression: compression, chunkByteCount: max(1, chunkByteCount),
        timeAttributes: timeAttributes, progress: agreement.communicator.rank == 0 ? progress : nil)
      try open(existing, list)
    }
  }
}

extension String {
  /// The path of a folder without slashes at its end.
  var folderPath: String {
    var path = self[...]
    while path.count > 1, path.last == "/" { path = path.dropLast() }
    return String(path)
  }
}

extension Agreement {
  /// On a communicator of its own, so that its messages meet no others.
  init(ownOf communicator: Communicator) throws(SnapshotError) {
    let shared = Agreement(communicator: communicator)
    self = Agreement(communicator: try shared.rethrow { () throws(MPIError) in try communicator.duplicate() })
  }
}
