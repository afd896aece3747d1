extension StridedCopy {
  /// Copies, from one layout's base address to the other's.
  ///
  /// The addresses need no alignment. The memory must be valid over the byte bounds of the layouts that the copy
  /// was made from, and the two must not share a byte; if nothing is copied, neither address is looked at.
  ///
  /// - Complexity: grows with ``byteCount``; allocates nothing.
  @unsafe public func execute(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    switch kernel {
    case .nothing: return
    case .oneLongRun:
      unsafe (destination + destinationOffset).copyMemory(from: source + sourceOffset, byteCount: runBytes)
    case .runsOfLines: unsafe sweepPlanes(RunsOfLines(byteCount: runBytes), source, destination)
    case .longRuns: unsafe sweepPlanes(RunsOfAnyLength(byteCount: runBytes), source, destination)
    case .shortRuns, .pairsOfShortRuns, .tiledShortRuns: unsafe sweepShortRuns(source, destination)
    }
  }

  /// Goes from the run length, a number, to the kernel whose run length the compiler knows.
  private func sweepShortRuns(_ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer) {
    switch runBytes {
    case 1: unsafe sweep(RunsOf<1>(), source, destination)
    case 2: unsafe sweep(RunsOf<2>(), source, destination)
    case 3: unsafe sweep(RunsOf<3>(), source, destination)
    case 4: unsafe sweep(RunsOf<4>(), source, destination)
    case 5: unsafe sweep(RunsOf<5>(), source, destination)
    case 6: unsafe sweep(RunsOf<6>(), source, destination)
    case 7: unsafe sweep(RunsOf<7>(), source, destination)
    case 8: unsafe sweep(RunsOf<8>(), source, destination)
    case 12: unsafe sweep(RunsOf<12>(), source, destination)
    case 16: unsafe sweep(RunsOf<16>(), source, destination)
    case 20: unsafe sweep(RunsOf<20>(), source, destination)
    case 24: unsafe sweep(RunsOf<24>(), source, destination)
    case 28: unsafe sweep(RunsOf<28>(), source, destination)
    case 32: unsafe sweep(RunsOf<32>(), source, destination)
    case 36: unsafe sweep(RunsOf<36>(), source, destination)
    case 40: unsafe sweep(RunsOf<40>(), source, destination)
    case 44: unsafe sweep(RunsOf<44>(), source, destination)
    case 48: unsafe sweep(RunsOf<48>(), source, destination)
    case 52: unsafe sweep(RunsOf<52>(), source, destination)
    case 56: unsafe sweep(RunsOf<56>(), source, destination)
    case 60: unsafe sweep(RunsOf<60>(), source, destination)
    case 64: unsafe sweep(RunsOf<64>(), source, destination)
    // Lengths that are no number of 4-byte words are rare enough to share a kernel, and longer runs gain nothing.
    case 9..<16: unsafe sweep(RunsOfTwo<8>(byteCount: runBytes), source, destination)
    case 17..<32: unsafe sweep(RunsOfTwo<16>(byteCount: runBytes), source, destination)
    case 33..<64: unsafe sweep(RunsOfTwo<32>(byteCount: runBytes), source, destination)
    case 65...96: unsafe sweep(RunsOfTwo<48>(byteCount: runBytes), source, destination)
    default: unsafe sweep(RunsOfAFewLines(byteCount: runBytes), source, destination)
    }
  }

  private func sweep(
    _ runs: some Runs, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer
  ) {
    switch (kernel, lookaheadLevel) {
    case (.tiledShortRuns, .first): unsafe sweepTiles(runs, source, destination, FirstLevel.self)
    case (.tiledShortRuns, .second): unsafe sweepTiles(runs, source, destination, SecondLevel.self)
    case (.pairsOfShortRuns, .first): unsafe sweepPairs(runs, source, destination, FirstLevel.self)
    case (.pairsOfShortRuns, .second): unsafe sweepPairs(runs, source, destination, SecondLevel.self)
    default: unsafe sweepPlanes(runs, source, destination)
    }
  }

  private func sweepTiles(
    _ runs: some Runs, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer,
    _ ahead: (some CacheLevel).Type
  ) {
    let tile = Tile(inner: level(0), outer: level(1), runBytes: runBytes)
    if TransposedWords<UInt64>.suit(runBytes: runBytes, inner: tile.inner, outer: tile.outer) {
      unsafe sweepTiles(TransposedWords<UInt64>(), tile, source, destination, ahead)
    } else if TransposedWords<UInt32>.suit(runBytes: runBytes, inner: tile.inner, outer: tile.outer) {
      unsafe sweepTiles(TransposedWords<UInt32>(), tile, source, destination, ahead)
    } else {
      unsafe sweepTiles(runs, tile, source, destination, ahead)
    }
  }

  private func sweepTiles(
    _ runs: some Runs, _ tile: Tile, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer,
    _ ahead: (some CacheLevel).Type
  ) {
    if tile.isNarrow {
      let third = level(2)
      unsafe walk(from: source, to: destination, above: 3) { from, to in
        unsafe runs.copyNarrowTiles(from, to, tile, third, ahead)
      }
    } else {
      unsafe walk(from: source, to: destination, above: 2) { from, to in
        unsafe runs.copyTiles(from, to, tile, ahead)
      }
    }
  }

  private func sweepPairs<Ahead: CacheLevel>(
    _ runs: some Runs, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _: Ahead.Type
  ) {
    let (inner, outer) = (level(1), level(2))
    let isInPlace = unsafe source == UnsafeRawPointer(destination)
    let pairs = RunsInPairs(runs, runBytes: runBytes, pair: level(0), row: inner, isInPlace: isInPlace)
    unsafe walk(from: source, to: destination, above: 3) { from, to in
      unsafe pairs.copyPlane(from, to, inner, outer, BothLookahead<Ahead>.self, distance: distance)
    }
  }

  private func sweepPlanes(
    _ runs: some Runs, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer
  ) {
    switch lookaheadLevel {
    case .first: unsafe sweepPlanes(runs, source, destination, to: FirstLevel.self)
    case .second: unsafe sweepPlanes(runs, source, destination, to: SecondLevel.self)
    }
  }

  private func sweepPlanes<Level: CacheLevel>(
    _ runs: some Runs, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, to _: Level.Type
  ) {
    switch lookahead {
    case .neither: unsafe sweepPlanes(runs, source, destination, NoLookahead.self)
    case .source: unsafe sweepPlanes(runs, source, destination, SourceLookahead<Level>.self)
    case .destination: unsafe sweepPlanes(runs, source, destination, DestinationLookahead<Level>.self)
    case .both: unsafe sweepPlanes(runs, source, destination, BothLookahead<Level>.self)
    }
  }

  private func sweepPlanes<Ahead: Lookahead>(
    _ runs: some Runs, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _: Ahead.Type
  ) {
    let (inner, outer) = (level(0), level(1))
    unsafe walk(from: source, to: destination, above: 2) { from, to in
      unsafe runs.copyPlane(from, to, inner, outer, Ahead.self, distance: distance)
    }
  }

  /// Steps through the outer levels and leaves the inner ones to a kernel.
  @inline(__always)
  private func walk(
    from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, above kernelLevels: Int,
    _ kernel: (UnsafeRawPointer, UnsafeMutableRawPointer) -> Void
  ) {
    var (from, to) = unsafe (source + sourceOffset, destination + destinationOffset)
    unsafe kernel(from, to)
    guard counts.count > kernelLevels else { return }
    var index = PerAxis(repeating: 0, count: counts.count)
    while true {
      var level = kernelLevels
      while level < counts.count {
        unsafe from += sourceStrides[level]
        unsafe to += destinationStrides[level]
        index[level] += 1
        if index[level] < counts[level] { break }
        unsafe from -= counts[level] &* sourceStrides[level]
        unsafe to -= counts[level] &* destinationStrides[level]
        index[level] = 0
        level += 1
      }
      guard level < counts.count else { return }
      unsafe kernel(from, to)
    }
  }

  private func level(_ number: Int) -> Level {
    // The end of a row is told by its destination, which must move even where there is but one run.
    guard number < counts.count else { return Level(count: 1, source: 0, destination: 1) }
    return Level(
      count: counts[number], source: sourceStrides[number], destination: destinationStrides[number])
  }

  /// How often something is repeated, and how far apart in bytes on either side.
  struct Level {
    var count: Int
    let source: Int
    let destination: Int
  }
}
