public import Halo

extension Snapshot {
  /// Reads fields of all ranks from a folder, on any number of ranks, however they were split when they were written.
  ///
  /// ```swift
  /// let snapshot = try Snapshot.Reader(at: "sea.zarr", on: grid)
  /// try snapshot.read(into: &height, "height")                       // of the last step
  /// try snapshot.read(into: &ocean, "height", "east", "north", step: 40)
  /// print(snapshot.steps, snapshot.attributes["resolution"]?.integer ?? 0)
  /// ```
  ///
  /// What Python's zarr and xarray have written is read as well: chunks of any shape and order, either order of bytes,
  /// the codecs transpose, bytes, crc32c, gzip and zstd. Each chunk is read once, by one rank, which hands its points
  /// out; beside its fields a rank needs memory for one chunk.
  ///
  /// A reader sees the steps that there were when it was made. All calls are collective, and throw the same error on
  /// all ranks.
  public final class Reader {
    /// The folder.
    public let path: String
    /// What is known of the whole.
    public let attributes: [String: JSONValue]
    private let grid: any WholeArrayGrid
    private let agreement: Agreement
    private let group: GroupMetadata
    private let axis: TimeAxis
    private let chunkByteLimit: Int

    /// The numbers of the steps, in order; counted from 0 where the snapshot has none.
    public var steps: [Int] { axis.steps }
    /// When each of the steps was.
    public var times: [Double] { axis.times }
    /// The arrays that the document of the whole lists.
    public var arrayNames: [String] { group.arrays?.keys.sorted() ?? [] }

    /// Opens a snapshot.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - grid: The grid of the fields to read.
    ///   - chunkByteLimit: The most memory that is taken for a chunk.
    public convenience init(
      at path: String, on grid: CartesianGrid, chunkByteLimit: Int = 2 << 30
    ) throws(SnapshotError) {
      try self.init(path, any: grid, chunkByteLimit)
    }

    /// Opens a snapshot of a cubed sphere.
    public convenience init(
      at path: String, on grid: CubedSphereGrid, chunkByteLimit: Int = 2 << 30
    ) throws(SnapshotError) {
      try self.init(path, any: grid, chunkByteLimit)
    }

    private init(_ path: String, any grid: any WholeArrayGrid, _ chunkByteLimit: Int) throws(SnapshotError) {
      self.path = path.folderPath
      self.grid = grid
      self.chunkByteLimit = chunkByteLimit
      agreement = try Agreement(ownOf: grid.communicator)
      try agreement.settle(nil, claims: [("the folder", self.path), ("the grid", "\(grid)")])
      let file = "\(self.path)/zarr.json"
      let document = try agreement.share { () throws(Problem) in
        try Files.bytes(of: file, limit: Node.mostBytes)
      }
      // The same bytes are the same error.
      do throws(Problem) {
        group = try GroupMetadata(try Node.json(document))
      } catch {
        throw SnapshotError(error.at(file), rank: 0)
      }
      attributes = group.attributes
      axis = try TimeAxis(of: group, in: self.path, agreement: agreement)
    }
  }
}

// MARK: - Fields

extension Snapshot.Reader {
  /// Fills the points of fields from arrays; collective.
  ///
  /// Every rank that holds a point gets its value. The halo stays as it was.
  ///
  /// - Parameters:
  ///   - state: A field, an array of shared ones, or a struct of fields.
  ///   - names: How the arrays are called, one a field (one a quantity, where a rank has several blocks); none for the
  ///     names that the fields were made with.
  ///   - step: The number of a step, `nil` for the last; of no meaning for arrays without steps.
  /// - Throws: ``SnapshotError``; if chunks could not be read, the fields hold anything then.
  public func read<State: HaloState & ~Copyable>(
    into state: inout State, _ names: String..., step: Int? = nil
  ) throws(SnapshotError) {
    var arrays: [WholeArray] = []
    var problem: Problem?
    do {
      arrays = try grid.wholeArrays(of: state)
    } catch {
      problem = Problem(.mismatch, "\(error)")
    }
    let found = names.isEmpty ? arrays.compactMap(\.name) : names
    if problem == nil, found.count != arrays.count {
      problem = Problem(
        .mismatch, "\(arrays.count) fields are read with \(found.count) names: give one for each")
    }
    for array in arrays { array.requireQuiet() }
    let claims =
      [("the step", step.map(String.init) ?? "the last")] + found.map { ("the name of an array", $0) }
    try agreement.settle(problem?.at(path), claims: claims)
    let memory = ChunkMemory()
    for (array, name) in zip(arrays, found) { try read(array, name, step, memory) }
  }

  private func read(_ array: WholeArray, _ name: String, _ step: Int?, _ memory: ChunkMemory)
    throws(SnapshotError)
  {
    let metadata = try metadata(of: name)
    var transfer: ChunkTransfer?
    var problem: Problem?
    do throws(Problem) {
      let lead = try lead(of: array, in: metadata, step)
      guard metadata.chunkByteCount <= chunkByteLimit else {
        throw Problem(
          .unsupported,
          "a chunk has \(metadata.chunkByteCount) bytes; at most \(chunkByteLimit) are read, unless chunkByteLimit: says more"
        )
      }
      transfer = try ChunkTransfer(
        of: array, as: metadata, lead: lead, .held, over: agreement.communicator, through: memory)
    } catch {
      problem = error.at("\(path)/\(name)")
    }
    try agreement.settle(problem)
    guard let transfer else { return }
    let mustExist = group.storesEveryChunk
    problem = try agreement.rethrow { () throws(MPIError) in
      try unsafe transfer.scatter { (index, chunk) throws(Problem) in
        let file = ChunkFile(
          path: "\(path)/\(name)/\(metadata.keys.key(of: index))", index: index, metadata: metadata)
        try unsafe file.read(into: chunk, mustExist: mustExist)
      }
    }
    try agreement.settle(problem)
  }

  /// The index of a step along the axes that a stored array has in front of the field's, if it fits the field.
  private func lead(of array: WholeArray, in metadata: ArrayMetadata, _ step: Int?) throws(Problem) -> [Int] {
    guard metadata.type.rawValue == array.dtype.description else {
      throw Problem(
        .foreignType,
        "expected elements of \(array.dtype), as field \(array.label) has, found \(metadata.type)")
    }
    let front = metadata.shape.count - array.extents.count
    guard front == 0 || front == 1, Array(metadata.shape.dropFirst(front)) == array.extents else {
      throw Problem(
        .mismatch,
        "expected the extents \(array.extents) of field \(array.label), with or without steps in front, found "
          + "\(metadata.shape)")
    }
    guard front == 1 else { return [] }
    guard let step else {
      guard metadata.shape[0] > 0 else { throw Problem(.notFound, "there is no step") }
      return [min(max(axis.steps.count, 1), metadata.shape[0]) - 1]
    }
    guard let number = axis.steps.firstIndex(of: step), number < metadata.shape[0] else {
      throw Problem(
        .notFound, "there is no step \(step) among \(axis.steps.count), up to \(axis.steps.last ?? 0)")
    }
    return [number]
  }

  /// What is known of an array.
  private func metadata(of name: String) throws(SnapshotError) -> ArrayMetadata {
    let file = "\(path)/\(name)/zarr.json"
    do throws(Problem) {
      for part in name.split(separator: "/", omittingEmptySubsequences: false) {
        try Node.check(name: String(part))
      }
    } catch {
      throw SnapshotError(error.at(path), rank: 0)
    }
    if let metadata = group.arrays?[name] { return metadata }
    let document = try agreement.share { () throws(Problem) in
      if group.arrays != nil, Files.kind(of: file) == .nothing {
        throw Problem(
          .notFound, file: path,
          "there is no array \"\(name)\"; there are \(arrayNames.joined(separator: ", "))")
      }
      return try Files.bytes(of: file, limit: Node.mostBytes)
    }
    do throws(Problem) {
      return try ArrayMetadata(try Node.json(document))
    } catch {
      throw SnapshotError(error.at(file), rank: 0)
    }
  }
}

// MARK: - What is known of arrays

extension Snapshot.Reader {
  /// The attributes of an array; collective.
  public func attributes(of name: String) throws(SnapshotError) -> [String: JSONValue] {
    try metadata(of: name).attributes
  }

  /// The numbers of an array of one axis, such as coordinates, on every rank; collective.
  public func values(of name: String) throws(SnapshotError) -> [Double] {
    let series = Series(
      metadata: try metadata(of: name), folder: "\(path)/\(name)", mustExist: group.storesEveryChunk)
    return try series.values(agreement)
  }
}
