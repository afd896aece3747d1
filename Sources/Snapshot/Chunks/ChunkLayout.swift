import Halo

/// Where the points of one chunk lie in memory, in the order in which they are stored.
struct ChunkLayout {
  /// Bytes from one point to the next along each axis of the stored array.
  let strides: [Int]
  /// The array's index of the chunk's first point.
  let origin: [Int]
  let itemSize: Int

  /// - Parameters:
  ///   - metadata: The stored array.
  ///   - index: Which chunk.
  init(of metadata: ArrayMetadata, index: [Int]) {
    itemSize = metadata.type.size
    var strides = metadata.shape
    var stride = itemSize
    for axis in metadata.codecs.order.reversed() {
      strides[axis] = stride
      stride *= metadata.chunkShape[axis]
    }
    self.strides = strides
    origin = zip(index, metadata.chunkShape).map(*)
  }

  /// A box of the stored array, of which the axes in front that have one point each are left out.
  func layout(of box: [Range<Int>], dropping lead: Int) -> Layout {
    var offset = 0
    for axis in box.indices { offset += (box[axis].lowerBound - origin[axis]) * strides[axis] }
    return Layout(
      shape: PerAxis(box.dropFirst(lead).map(\.count)), strides: PerAxis(strides.dropFirst(lead)),
      itemSize: itemSize, offset: offset)
  }
}
