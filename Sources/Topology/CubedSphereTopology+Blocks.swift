extension CubedSphereTopology {
  /// The number of blocks on all tiles.
  public var blockCount: Int { Self.tileCount * blocksPerTile }

  /// The number of blocks on each tile.
  public var blocksPerTile: Int { tile.rankCount }

  /// The number of blocks that each rank has.
  public var blocksPerRank: Int { blockCount / rankCount }

  /// The blocks that a rank has.
  public func blocks(of rank: Int) -> Range<Int> {
    guard (0..<rankCount).contains(rank) else {
      fatalError("CubedSphereTopology: rank \(rank) does not exist, there are \(rankCount)")
    }
    return (rank * blocksPerRank)..<((rank + 1) * blocksPerRank)
  }

  /// The rank that has a block, and which of its blocks it is there.
  public func owner(ofBlock block: Int) -> (rank: Int, block: Int) {
    check(block: block)
    let (rank, place) = block.quotientAndRemainder(dividingBy: blocksPerRank)
    return (rank, place)
  }

  /// The tile that a block is a part of, 0 to 5.
  public func tile(ofBlock block: Int) -> Int {
    check(block: block)
    return block / blocksPerTile
  }

  /// Where a block stands in the layout of its tile: its row and its column of blocks.
  public func coordinates(ofBlock block: Int) -> [Int] {
    check(block: block)
    return tile.coordinates(of: block % blocksPerTile)
  }

  /// The points of its tile that a block holds, rows and columns.
  public func owned(byBlock block: Int) -> [Range<Int>] {
    check(block: block)
    return tile.owned(by: block % blocksPerTile)
  }

  private func check(block: Int) {
    guard (0..<blockCount).contains(block) else {
      fatalError("CubedSphereTopology: block \(block) does not exist, there are \(blockCount)")
    }
  }
}
