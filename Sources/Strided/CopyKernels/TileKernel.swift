extension Runs {
  /// Copies the runs of two levels in tiles that use up the cache lines they touch on both sides.
  @inline(never)
  func copyTiles<Ahead: CacheLevel>(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ tiles: Tile, _ level: Ahead.Type
  ) {
    let (inner, outer, side) = (tiles.inner, tiles.outer, tiles.side)
    var (innerTile, outerTile) = (inner, outer)
    var row = 0
    while row < outer.count {
      outerTile.count = Swift.min(side, outer.count - row)
      var column = 0
      while column < inner.count {
        innerTile.count = Swift.min(side, inner.count - column)
        let from = unsafe source + (row &* outer.source &+ column &* inner.source)
        let to = unsafe destination + (row &* outer.destination &+ column &* inner.destination)
        unsafe askForTile(source, tiles, row: row, column: column &+ Tile.ahead &* side, level)
        unsafe copyTile(from, to, innerTile, outerTile)
        column += side
      }
      row += side
    }
  }

  /// Asks for the lines of a later tile on the side whose lines run across the order of the tiles.
  ///
  /// On the other side a tile goes on where the one before ended, as the processor expects.
  @inline(__always)
  private func askForTile<Ahead: CacheLevel>(
    _ source: UnsafeRawPointer, _ tiles: Tile, row: Int, column: Int, _: Ahead.Type
  ) {
    let (inner, outer, side) = (tiles.inner, tiles.outer, tiles.side)
    var (row, column) = (row, column)
    if column >= inner.count {
      // In the next row of tiles.
      (row, column) = (row &+ side, column &- (inner.count &+ side &- 1) / side &* side)
      guard row < outer.count, column >= 0, column < inner.count else { return }
    }
    let last = (Swift.min(side, outer.count &- row) &- 1) &* outer.source
    var line = unsafe source + (row &* outer.source &+ column &* inner.source)
    for _ in 0..<Swift.min(side, inner.count &- column) {
      unsafe Ahead.ask(for: line)
      unsafe Ahead.ask(for: line + last / 2)
      unsafe Ahead.ask(for: line + (last &+ tiles.runBytes &- 1))
      unsafe line += inner.source
    }
  }

  // A tile stays in the nearest cache, whichever way it is walked; a long loop costs less than many short.
  func copyTile(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ inner: StridedCopy.Level,
    _ outer: StridedCopy.Level
  ) {
    if inner.count < outer.count {
      unsafe copyRuns(source, destination, outer, inner)
    } else {
      unsafe copyRuns(source, destination, inner, outer)
    }
  }

  @inline(never)
  func copyRuns(
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
