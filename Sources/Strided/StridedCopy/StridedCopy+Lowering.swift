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

    /// What a copy was made of.
    init(_ copy: StridedCopy) {
      runBytes = copy.runBytes
      sourceOffset = copy.sourceOffset
      destinationOffset = copy.destinationOffset
      counts = copy.counts
      sourceStrides = copy.sourceStrides
      destinationStrides = copy.destinationStrides
      isTransposed = copy.kernel == .tiledShortRuns
    }

    /// Goes to other places.
    mutating func move(source: Int, destination: Int) {
      guard runBytes > 0 else { return }
      sourceOffset += source
      destinationOffset += destination
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
      insertLevel(count: count, source: source, destination: destination, at: level)
    }

    mutating func insertLevel(count: Int, source: Int, destination: Int, at level: Int) {
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
      // A tile of a few runs is not worth its loop. The lines of a long level stay in the caches meanwhile.
      if counts.count > 2, counts[0] * counts[fastest] <= 16,
        let longest = counts.indices.max(by: { counts[$0] < counts[$1] }),
        longest > 0, longest != fastest, (16...1024).contains(counts[longest])
      {
        moveLevel(longest, to: 0)
        return
      }
      isTransposed = true
      moveLevel(fastest, to: 1)
    }

    private mutating func moveLevel(_ level: Int, to place: Int) {
      let (count, source) = (counts[level], sourceStrides[level])
      let destination = destinationStrides[level]
      removeLevel(level)
      insertLevel(count: count, source: source, destination: destination, at: place)
    }

    private mutating func removeLevel(_ level: Int) {
      counts.remove(at: level)
      sourceStrides.remove(at: level)
      destinationStrides.remove(at: level)
    }

    /// How the innermost levels are walked.
    var kernel: Kernel {
      guard runBytes > 0 else { return .nothing }
      guard runBytes <= StridedCopy.shortRunBytes else {
        guard !counts.isEmpty else { return .oneLongRun }
        let isWorthPrefetching = runBytes <= StridedCopy.lineRunBytes && byteCount > StridedCopy.nearBytes
        return isWorthPrefetching ? .runsOfLines : .longRuns
      }
      if isTransposed { return .tiledShortRuns }
      return counts.count > 1 && counts[0] == 2 ? .pairsOfShortRuns : .shortRuns
    }

    /// Which sides have their lines asked for early, and how many runs ahead.
    var lookahead: (sides: LookaheadSides, distance: Int) {
      let level = kernel == .pairsOfShortRuns ? 1 : 0
      guard counts.count > level else { return (.neither, 1) }
      let source = isFar(sourceStrides[level].magnitude)
      let destination = isFar(destinationStrides[level].magnitude)
      switch (source, destination) {
      case (false, false): return (.neither, 1)
      case (true, false): return (.source, distance(sourceStrides[level].magnitude))
      case (false, true): return (.destination, distance(destinationStrides[level].magnitude))
      case (true, true):
        return (
          .both, min(distance(sourceStrides[level].magnitude), distance(destinationStrides[level].magnitude))
        )
      }
    }

    /// The bytes that are copied in all.
    var byteCount: Int { counts.reduce(runBytes, *) }

    private func isFar(_ stride: UInt) -> Bool {
      stride >= UInt(StridedCopy.lineBytes) && stride > UInt(runBytes)
    }

    private func distance(_ stride: UInt) -> Int {
      if kernel == .runsOfLines { return 1 }
      // 64 runs hide a page walk. Strides with many factors of two crowd few sets of the second-level cache, of
      // which the smallest in use have 4 ways of 64 KiB; lines beyond would be lost before their use.
      let factor = Int(stride & (~stride + 1))
      return min(64, max(2, 2 * 65536 / factor))
    }
  }
}
