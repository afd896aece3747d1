extension Runs {
  /// Copies the runs of two levels in tiles that use up the cache lines they touch on both sides.
  @inline(never)
  func copyTiles(
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
          unsafe copyTile(from, to, outerTile, innerTile)
        } else {
          unsafe copyTile(from, to, innerTile, outerTile)
        }
        column += side
      }
      row += side
    }
  }

  @inline(never)
  private func copyTile(
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
}
