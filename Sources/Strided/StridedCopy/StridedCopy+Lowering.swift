extension StridedCopy {
  /// The joint canonical form of a source and a destination while it is being worked out.
  struct Lowering {
    private(set) var runBytes: Int
    private(set) var sourceOffset: Int
    private(set) var destinationOffset: Int
    private(set) var counts = PerAxis()
    private(set) var sourceStrides = PerAxis()
    private(set) var destinationStrides = PerAxis()
    private var isTransposed = false

    init(from source: Layout, to destination: Layout) {
      guard !source.isEmpty else {
        (runBytes, sourceOffset, destinationOffset) = (0, 0, 0)
        return
      }
      runBytes = source.itemSize
      sourceOffset = source.offset
      destinationOffset = destination.offset
      for axis in source.shape.indices where source.shape[axis] > 1 {
        addLevel(axis, source.shape[axis], source.strides[axis], destination.strides[axis])
      }
      foldRuns()
      mergeTouchingLevels()
      bringLinesTogether()
    }

    /// Adds a level so that the destination strides stay positive and sorted, ties by the source's.
    private mutating func addLevel(_ axis: Int, _ count: Int, _ source: Int, _ destination: Int) {
      guard destination != 0 else {
        fatalError(
          "StridedCopy: destination axis \(axis) has stride 0: its \(count) elements would share one place")
      }
      var (source, destination) = (source, destination)
      if destination < 0 {
        sourceOffset += (count - 1) * source
        destinationOffset += (count - 1) * destination
        (source, destination) = (-source, -destination)
      }
      var level = counts.count
      while level > 0,
        (destinationStrides[level - 1], sourceStrides[level - 1].magnitude) > (destination, source.magnitude)
      {
        level -= 1
      }
      counts.insert(count, at: level)
      sourceStrides.insert(source, at: level)
      destinationStrides.insert(destination, at: level)
    }

    /// Takes levels into the run as long as one continues it on both sides.
    private mutating func foldRuns() {
      while let level = counts.indices.first(where: {
        sourceStrides[$0] == runBytes && destinationStrides[$0] == runBytes
      }) {
        runBytes *= counts[level]
        removeLevel(level)
      }
    }

    /// Makes one level of two where the outer one continues the inner one on both sides.
    private mutating func mergeTouchingLevels() {
      var inner = 0
      while inner < counts.count {
        let next = counts.indices.first {
          $0 != inner && sourceStrides[$0] == counts[inner] &* sourceStrides[inner]
            && destinationStrides[$0] == counts[inner] &* destinationStrides[inner]
        }
        guard let next else {
          inner += 1
          continue
        }
        counts[inner] *= counts[next]
        removeLevel(next)
        if next < inner { inner -= 1 }
      }
    }

    /// Puts the level that runs through the source's cache lines beside the one that runs through the
    /// destination's, so that one kernel sees both and can use whole lines of either.
    private mutating func bringLinesTogether() {
      guard counts.count > 1, runBytes <= StridedCopy.shortRunBytes else { return }
      var fastest = 0
      for level in 1..<counts.count
      where sourceStrides[level] != 0 && sourceStrides[level].magnitude < sourceStrides[fastest].magnitude {
        fastest = level
      }
      guard fastest > 0, sourceStrides[fastest].magnitude < StridedCopy.lineBytes else { return }
      isTransposed = true
      let (count, source) = (counts[fastest], sourceStrides[fastest])
      let destination = destinationStrides[fastest]
      removeLevel(fastest)
      counts.insert(count, at: 1)
      sourceStrides.insert(source, at: 1)
      destinationStrides.insert(destination, at: 1)
    }

    private mutating func removeLevel(_ level: Int) {
      counts.remove(at: level)
      sourceStrides.remove(at: level)
      destinationStrides.remove(at: level)
    }

    /// How the innermost two levels are walked.
    var kernel: Kernel {
      guard runBytes > 0 else { return .nothing }
      guard runBytes <= StridedCopy.shortRunBytes else { return .longRuns }
      return isTransposed ? .tiledShortRuns : .shortRuns
    }
  }
}
