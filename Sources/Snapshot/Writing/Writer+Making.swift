import Halo

extension Snapshot.Writer {
  var rank: Int { agreement.communicator.rank }

  /// Where a snapshot is made before it is in sight.
  private var aside: String { "\(Files.folder(of: path))/.\(Files.name(of: path)).new" }

  /// Where a step is written before it is in sight.
  var writing: String { "\(path)/.writing" }

  func open(_ existing: Snapshot.Existing, _ contents: borrowing Snapshot.Contents) throws(SnapshotError) {
    let document = try agreement.share { () throws(Problem) in
      guard Files.kind(of: path) != .nothing else {
        try beginAside()
        return []
      }
      guard existing == .append else {
        throw Problem(
          .alreadyExists, file: path, "it is there already: remove it, take another folder, or append to it")
      }
      lock = try FolderLock(of: path)
      return try Files.bytes(of: "\(path)/zarr.json", limit: Node.mostBytes)
    }
    if document.isEmpty { try make(contents) } else { try reopen(document, contents) }
  }

  /// Makes the folder that is to become the snapshot; what a program that was ended has left there goes.
  private func beginAside() throws(Problem) {
    if Files.kind(of: aside) == .folder {
      lock = try FolderLock(of: aside)
      try Files.remove(aside)
      lock = nil
    }
    try Files.makeFolder(aside)
    lock = try FolderLock(of: aside)
  }

  private func make(_ contents: borrowing Snapshot.Contents) throws(SnapshotError) {
    let (arrays, problem) = describe(contents, step: nil)
    do throws(SnapshotError) {
      try agreement.settle(problem?.at(path))
      let aside = aside
      try store(contents, as: arrays, lead: [], step: nil) { name, index in
        "\(aside)/\(name)/\(ChunkKeys().key(of: index))"
      }
      for (name, metadata) in arrays { group.arrays?[name] = metadata }
      for coordinate in contents.coordinates {
        group.arrays?[coordinate.name] = coordinate.metadata
      }
      let (group, coordinates) = (group, contents.coordinates)
      _ = try agreement.share { () throws(Problem) in
        for coordinate in coordinates { try coordinate.write(into: aside) }
        try self.writeDocuments(of: group, in: aside, replacing: nil)
        try Files.synchronize(tree: aside)
        guard Files.kind(of: path) == .nothing else {
          throw Problem(.alreadyExists, file: path, "another program has made it meanwhile")
        }
        try Files.rename(aside, to: path)
        try Files.synchronize(folder: Files.folder(of: path))
        return []
      }
    } catch {
      if rank == 0 { try? Files.remove(aside) }
      throw error
    }
  }

  /// The documents of arrays, and then that of the whole, which says that they count.
  ///
  /// - Parameter known: What the documents that are there say; `nil` if that is not sure.
  func writeDocuments(
    of group: GroupMetadata, in folder: String, replacing known: GroupMetadata?
  ) throws(Problem) {
    for (name, metadata) in group.arrays ?? [:] where known?.arrays?[name] != metadata {
      try Files.makeFolder("\(folder)/\(name)", mayExist: true)
      try Files.replace("\(folder)/\(name)/zarr.json", with: Array(metadata.json.text.utf8))
      try Files.synchronize(folder: "\(folder)/\(name)")
    }
    try Files.synchronize(folder: folder)
    try Files.replace("\(folder)/zarr.json", with: Array(group.json.text.utf8))
  }

  private func reopen(_ document: [UInt8], _ contents: borrowing Snapshot.Contents) throws(SnapshotError) {
    let file = "\(path)/zarr.json"
    var problem: Problem?
    do throws(Problem) {
      let found = try GroupMetadata(try Node.json(document))
      guard found.storesEveryChunk, found.arrays != nil else {
        throw Problem(.unsupported, "it was not written here, so no steps can be appended")
      }
      group = found
    } catch {
      problem = error.at(file)
    }
    try agreement.settle(problem)
    let (_, mismatch) = describe(contents, step: nil)
    try agreement.settle(mismatch?.at(path))
    axis = try TimeAxis(of: group, in: path, agreement: agreement)
    let group = group
    _ = try agreement.share { () throws(Problem) in
      try Files.remove(writing)
      // The arrays' own documents may be a step ahead, if the last writer was ended between them and the whole's.
      try self.writeDocuments(of: group, in: path, replacing: nil)
      try Files.synchronize(folder: path)
      return []
    }
  }
}
