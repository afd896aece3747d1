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
    case .longRuns: unsafe sweep(RunsOfAnyLength(byteCount: runBytes), source, destination)
    case .shortRuns, .tiledShortRuns: unsafe sweepShortRuns(source, destination)
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
    // Lengths that are no number of 4-byte words are rare enough to share a kernel.
    case 9..<16: unsafe sweep(RunsOfTwo<8>(byteCount: runBytes), source, destination)
    case 17..<32: unsafe sweep(RunsOfTwo<16>(byteCount: runBytes), source, destination)
    case 33..<64: unsafe sweep(RunsOfTwo<32>(byteCount: runBytes), source, destination)
    default: unsafe sweep(RunsOfAnyLength(byteCount: runBytes), source, destination)
    }
  }

  /// Steps through the outer levels and leaves the two innermost to the kernel.
  private func sweep(
    _ runs: some Runs, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer
  ) {
    let (inner, outer) = (level(0), level(1))
    var (from, to) = (sourceOffset, destinationOffset)
    var index = PerAxis(repeating: 0, count: counts.count)
    while true {
      if kernel == .tiledShortRuns {
        unsafe runs.copyTiles(source + from, destination + to, inner, outer, runBytes)
      } else {
        unsafe runs.copyPlane(source + from, destination + to, inner, outer)
      }
      var level = 2
      while level < counts.count {
        from &+= sourceStrides[level]
        to &+= destinationStrides[level]
        index[level] += 1
        if index[level] < counts[level] { break }
        from &-= counts[level] &* sourceStrides[level]
        to &-= counts[level] &* destinationStrides[level]
        index[level] = 0
        level += 1
      }
      guard level < counts.count else { return }
    }
  }

  private func level(_ number: Int) -> Level {
    guard number < counts.count else { return Level(count: 1, source: 0, destination: 0) }
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

extension Runs {
  /// Copies the runs of two levels.
  @inline(never)
  fileprivate func copyPlane(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ inner: StridedCopy.Level,
    _ outer: StridedCopy.Level
  ) {
    var (rowFrom, rowTo) = (0, 0)
    for _ in 0..<outer.count {
      var (from, to) = (rowFrom, rowTo)
      for _ in 0..<inner.count {
        unsafe move(from: source + from, to: destination + to)
        from &+= inner.source
        to &+= inner.destination
      }
      rowFrom &+= outer.source
      rowTo &+= outer.destination
    }
  }

  /// Copies the runs of two levels in tiles that use up the cache lines they touch on both sides.
  @inline(never)
  fileprivate func copyTiles(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ inner: StridedCopy.Level,
    _ outer: StridedCopy.Level, _ runBytes: Int
  ) {
    // Two lines a side: with one, most lines of rows that begin in mid-line would be met twice.
    let side = 2 * Swift.max(StridedCopy.lineBytes / runBytes, 4)
    var (innerTile, outerTile) = (inner, outer)
    var row = 0
    while row < outer.count {
      outerTile.count = Swift.min(side, outer.count - row)
      var column = 0
      while column < inner.count {
        innerTile.count = Swift.min(side, inner.count - column)
        let from = unsafe source + (row &* outer.source &+ column &* inner.source)
        let to = unsafe destination + (row &* outer.destination &+ column &* inner.destination)
        // A tile stays in the nearest cache, whichever way it is walked; a long loop costs less than many short.
        if innerTile.count < outerTile.count {
          unsafe copyPlane(from, to, outerTile, innerTile)
        } else {
          unsafe copyPlane(from, to, innerTile, outerTile)
        }
        column += side
      }
      row += side
    }
  }
}
