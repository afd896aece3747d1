import Halo

/// Who has what of which chunk: each chunk is written and read by one rank alone, the owner of the point in its middle,
/// however blocks and chunks lie on each other.
///
/// Chunks are visited in the order of their numbers on all ranks, and of the pieces that two ranks exchange each knows
/// the order; so messages need no labels.
struct ChunkPlan {
  /// A box of the array that one rank has and that lies in one chunk.
  struct Part {
    /// The other rank: the one that has the box, or the chunk's owner.
    let rank: Int
    let piece: GlobalPiece
    let box: [Range<Int>]
  }

  /// A chunk of this rank.
  struct Chunk {
    let index: [Int]
    /// The points of the array in it, without what reaches over the array's end.
    let box: [Range<Int>]
    /// What each rank has of it.
    let parts: [Part]
  }

  /// The chunks that this rank writes and reads.
  let chunks: [Chunk]
  /// What this rank has of the chunks of others.
  let foreign: [Part]

  /// - Parameters:
  ///   - array: The array.
  ///   - chunkShape: The extents of a chunk along the axes of the array.
  ///   - share: Whether points that several ranks hold count once, or for each of them.
  ///   - rank: This rank.
  ///   - rankCount: The number of ranks.
  /// - Complexity: O(ranks · chunks of this rank).
  init(of array: WholeArray, chunkShape: [Int], _ share: GlobalShare, rank: Int, of rankCount: Int) {
    let grid = ChunkGrid(extents: array.extents, chunkShape: chunkShape)
    let pieces = (0..<rankCount).map { array.pieces($0, share) }
    let owned = share == .owned ? pieces[rank] : array.pieces(rank, .owned)
    chunks = Self.chunks(in: owned, of: grid) { array.owner(grid.middle(of: $0)) == rank }.map { index in
      let box = grid.box(of: index)
      let parts = pieces.indices.flatMap { other in
        pieces[other].compactMap { piece in
          piece.global.common(with: box).map { Part(rank: other, piece: piece, box: $0) }
        }
      }
      return Chunk(index: index, box: box, parts: parts)
    }
    foreign = Self.chunks(in: pieces[rank], of: grid) { array.owner(grid.middle(of: $0)) != rank }.flatMap {
      index in
      let (box, owner) = (grid.box(of: index), array.owner(grid.middle(of: index)))
      return pieces[rank].compactMap { piece in
        piece.global.common(with: box).map { Part(rank: owner, piece: piece, box: $0) }
      }
    }
  }

  /// The chunks that pieces touch, in order, each once.
  private static func chunks(
    in pieces: [GlobalPiece], of grid: ChunkGrid, where isWanted: ([Int]) -> Bool
  ) -> [[Int]] {
    var found: Set<[Int]> = []
    for piece in pieces {
      for index in grid.chunks(touching: piece.global) where isWanted(index) { found.insert(index) }
    }
    return found.sorted { $0.lexicographicallyPrecedes($1) }
  }
}

/// Equal chunks that cover an array from its first point on (Zarr's regular grid).
struct ChunkGrid {
  let extents: [Int]
  let chunkShape: [Int]

  /// The points of the array in a chunk.
  func box(of index: [Int]) -> [Range<Int>] {
    index.indices.map { axis in
      let lower = index[axis] * chunkShape[axis]
      return lower..<lower + min(chunkShape[axis], extents[axis] - lower)
    }
  }

  /// The point in the middle of a chunk's points.
  func middle(of index: [Int]) -> [Int] { box(of: index).map { $0.lowerBound + $0.count / 2 } }

  /// The chunks that a box touches.
  func chunks(touching box: [Range<Int>]) -> [[Int]] {
    guard !box.contains(where: \.isEmpty) else { return [] }
    return box.indices.reduce([[]]) { indices, axis in
      let range = box[axis].lowerBound / chunkShape[axis]...(box[axis].upperBound - 1) / chunkShape[axis]
      return indices.flatMap { index in range.map { index + [$0] } }
    }
  }
}

extension [Range<Int>] {
  /// The points of both boxes, `nil` if there are none.
  func common(with other: [Range<Int>]) -> [Range<Int>]? {
    var common: [Range<Int>] = []
    for (mine, theirs) in zip(self, other) {
      let range = mine.clamped(to: theirs)
      guard !range.isEmpty else { return nil }
      common.append(range)
    }
    return common
  }
}
