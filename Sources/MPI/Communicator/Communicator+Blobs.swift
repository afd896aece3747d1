internal import CMPI

extension Communicator {
  /// The bytes of all ranks, in the order of the ranks; each rank may give another number.
  ///
  /// Collective.
  ///
  /// ```swift
  /// let names = try world.allGather(bytes: Array("rank \(world.rank)".utf8))
  /// ```
  ///
  /// - Throws: `MPIError`, on all ranks alike if there are more than 2³¹ − 1 bytes together.
  public func allGather(bytes: [UInt8]) throws(MPIError) -> [[UInt8]] {
    let blocks = try blocks(of: bytes, "MPI_Iallgatherv")
    var all = [UInt8](repeating: 0, count: blocks.total)
    let own = bytes.span
    var gathered = all.mutableSpan
    try unsafe own.withUnsafeBytes { (from) throws(MPIError) in
      try unsafe gathered.withUnsafeMutableBytes { (into) throws(MPIError) in
        try unsafe collect(
          .gatherBlocks(root: nil, blocks), from: from.baseAddress, from.count, into: into.baseAddress,
          into.count)
      }
    }
    return blocks.split(all)
  }

  /// The bytes of all ranks, in the order of the ranks, on rank `root`; `nil` on the others.
  ///
  /// Collective.
  ///
  /// - Throws: `MPIError`, on all ranks alike if there are more than 2³¹ − 1 bytes together.
  public func gather(bytes: [UInt8], on root: Int) throws(MPIError) -> [[UInt8]]? {
    let owner = try destination(root, "MPI_Igatherv")
    let blocks = try blocks(of: bytes, "MPI_Igatherv")
    var all = [UInt8](repeating: 0, count: rank == root ? blocks.total : 0)
    let own = bytes.span
    var gathered = all.mutableSpan
    try unsafe own.withUnsafeBytes { (from) throws(MPIError) in
      try unsafe gathered.withUnsafeMutableBytes { (into) throws(MPIError) in
        try unsafe collect(
          .gatherBlocks(root: owner, blocks), from: from.baseAddress, from.count, into: into.baseAddress,
          into.count)
      }
    }
    return rank == root ? blocks.split(all) : nil
  }

  private func blocks(of bytes: [UInt8], _ function: StaticString) throws(MPIError) -> Collective.Blocks {
    let counts = try allGather(bytes.count)
    let total = counts.reduce(0, +)
    guard total <= Int(Int32.max) else {
      throw error(
        MPI_ERR_COUNT,
        "\(total) bytes of all ranks together are more than the \(Int32.max) that this call can gather",
        Call(function))
    }
    var offsets: [Int32] = []
    var offset = 0
    for count in counts {
      offsets.append(Int32(offset))
      offset += count
    }
    return Collective.Blocks(counts: counts.map { Int32($0) }, offsets: offsets, total: total)
  }
}

extension Collective.Blocks {
  fileprivate func split(_ all: [UInt8]) -> [[UInt8]] {
    zip(offsets, counts).map { Array(all[Int($0)..<Int($0) + Int($1)]) }
  }
}
