import Halo

extension Snapshot.Writer {
  /// Writes a step of all fields; collective.
  ///
  /// The first call settles which arrays have steps; all others write the same.
  ///
  /// - Parameters:
  ///   - step: The step's number, above that of the one before.
  ///   - time: When it is, in the simulation's own time.
  ///   - contents: Lists the fields.
  /// - Throws: ``SnapshotError``; the snapshot then is as it was before.
  public func write(
    step: Int, time: Double, contents: (inout Snapshot.Contents) -> Void
  ) throws(SnapshotError) {
    var list = Snapshot.Contents(on: grid)
    contents(&list)
    let (arrays, mismatch) = describe(list, step: step)
    let problem = list.problem ?? mismatch
    try agreement.settle(
      problem?.at(path), claims: [("the step", "\(step)"), ("the time", "\(time.bitPattern)")] + list.claims)

    let number = axis.steps.count
    let writing = writing
    do throws(SnapshotError) {
      _ = try agreement.share { () throws(Problem) in
        try Files.remove(writing)
        try Files.makeFolder(writing)
        return []
      }
      try store(list, as: arrays, lead: [number], step: step) { name, index in
        (["\(writing)/\(name)"] + index.dropFirst().map(String.init)).joined(separator: "/")
      }
      var (nextAxis, nextGroup) = (axis, group)
      nextAxis.append(step: step, time: time)
      for (name, metadata) in arrays { nextGroup.arrays?[name] = metadata }
      for (name, metadata) in nextAxis.arrays(timeAttributes: settings.timeAttributes) {
        nextGroup.arrays?[name] = metadata
      }
      let (axis, group) = (nextAxis, nextGroup)
      _ = try agreement.share { () throws(Problem) in
        try self.bringIntoSight(arrays.map(\.name), number: number, axis, group)
        return []
      }
      (self.axis, self.group) = (axis, group)
    } catch {
      if rank == 0 { try? Files.remove(writing) }
      throw error
    }
  }

  /// Moves a step's chunks to where they belong, beyond what the documents tell of; and then changes the documents.
  private func bringIntoSight(
    _ names: [String], number: Int, _ axis: TimeAxis, _ group: GroupMetadata
  ) throws(Problem) {
    try Files.synchronize(tree: writing)
    for name in names {
      let chunks = "\(path)/\(name)/c"
      try Files.makeFolder("\(path)/\(name)", mayExist: true)
      try Files.makeFolder(chunks, mayExist: true)
      try Files.remove("\(chunks)/\(number)")
      try Files.rename("\(writing)/\(name)", to: "\(chunks)/\(number)")
      try Files.synchronize(folder: chunks)
    }
    let last = axis.lastChunk
    for (name, bytes) in [(TimeAxis.time, last.times), (TimeAxis.step, last.steps)] {
      try Files.makeFolder("\(path)/\(name)", mayExist: true)
      try Files.makeFolder("\(path)/\(name)/c", mayExist: true)
      try Files.replace("\(path)/\(name)/c/\(last.index)", with: bytes, through: group.arrays?[name]?.codecs)
      try Files.synchronize(folder: "\(path)/\(name)/c")
    }
    try writeDocuments(of: group, in: path, replacing: self.group)
    try Files.synchronize(folder: path)
    try? Files.remove(writing)
  }

  /// Writes the chunks of arrays, each rank its own.
  func store(
    _ contents: borrowing Snapshot.Contents, as arrays: [(name: String, metadata: ArrayMetadata)],
    lead: [Int], step: Int?, path: (_ name: String, _ index: [Int]) -> String
  ) throws(SnapshotError) {
    var transfers: [ChunkTransfer] = []
    var problem: Problem?
    do throws(Problem) {
      for (entry, array) in zip(contents.entries, arrays) {
        transfers.append(
          try ChunkTransfer(
            of: entry.array, as: array.metadata, lead: lead, .owned, over: agreement.communicator,
            through: memory))
      }
    } catch {
      problem = error.at(self.path)
    }
    try agreement.settle(problem)
    let total = transfers.reduce(0) { $0 + $1.chunkCount }
    var written = 0
    for (transfer, array) in zip(transfers, arrays) {
      problem = try agreement.rethrow { () throws(MPIError) in
        try unsafe transfer.gather { (index, chunk) throws(Problem) in
          let file = path(array.name, index)
          try Files.makeFolders(to: Files.folder(of: file))
          try unsafe ChunkFile(path: file, index: index, metadata: array.metadata).write(chunk)
          written += 1
          settings.progress?(.init(step: step, array: array.name, written: written, total: total))
        }
      }
      // Without the first array there is no use in the second.
      try agreement.settle(problem)
    }
  }
}
