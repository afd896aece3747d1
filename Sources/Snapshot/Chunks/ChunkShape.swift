import Halo

extension WholeArray {
  /// The extents of chunks: those of the largest block, cut along the slowest axes while they hold more bytes than are
  /// wanted.
  ///
  /// With the chunks as many along an axis as blocks, or fewer, all ranks write as much.
  func chunkShape(byteCount limit: Int) -> [Int] {
    var shape = zip(extents, parts).map { max(1, ($0 + $1 - 1) / $1) }
    let slowestFirst = order == .c ? Array(shape.indices) : Array(shape.indices.reversed())
    for axis in slowestFirst {
      let others = shape.indices.reduce(dtype.size) { $1 == axis ? $0 : $0 * shape[$1] }
      let most = max(1, limit / others)
      guard shape[axis] > most else { continue }
      // Equal cuts, so that no sliver is left that would be filled up to a whole chunk.
      let cuts = (shape[axis] + most - 1) / most
      shape[axis] = (shape[axis] + cuts - 1) / cuts
    }
    return shape
  }
}
