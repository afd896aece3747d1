extension Runs {
  /// Copies the runs of three levels of which the first two cross each other's cache lines and one of them is no
  /// longer than a tile: part by part of the long one, and for each all steps of the third level.
  ///
  /// Where lines go on along the third level, those of a part are still in the nearest cache when they are met again;
  /// those of the whole long level need not be.
  @inline(never)
  func copyNarrowTiles<Ahead: CacheLevel>(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ tile: Tile,
    _ third: StridedCopy.Level,
    _: Ahead.Type
  ) {
    var part = tile
    let isInnerLong = tile.inner.count > tile.outer.count
    let long = isInnerLong ? tile.inner : tile.outer
    let size = tile.partSize(of: long)
    let ahead = Step(third, times: Tile.ahead)
    let sourceGoesOn = Int(third.source.magnitude) < StridedCopy.lineBytes
    let destinationGoesOn = Int(third.destination.magnitude) < StridedCopy.lineBytes

    var start = 0
    while start < long.count {
      let count = Swift.min(size, long.count &- start)
      if isInnerLong { part.inner.count = count } else { part.outer.count = count }
      var (from, to) = unsafe (source + start &* long.source, destination + start &* long.destination)
      for row in 0..<third.count {
        if row &+ Tile.ahead < third.count {
          if !sourceGoesOn { unsafe part.ask(forSource: from + ahead.source, Ahead.self) }
          if !destinationGoesOn {
            unsafe part.ask(forDestination: UnsafeRawPointer(to) + ahead.destination, Ahead.self)
          }
        }
        unsafe copyNarrowTile(from, to, part.inner, part.outer)
        unsafe from += third.source
        unsafe to += third.destination
      }
      start &+= size
    }
  }
}

extension Runs {
  func copyNarrowTile(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ inner: StridedCopy.Level,
    _ outer: StridedCopy.Level
  ) {
    unsafe copyTile(source, destination, inner, outer)
  }
}

extension Tile {
  /// Whether one of the levels is too short to be cut.
  var isNarrow: Bool { Swift.min(inner.count, outer.count) <= side }

  /// How many runs of the long level are copied before the third level goes on: four lines, or as many as the nearest
  /// cache can hold.
  ///
  /// Rows with many factors of two between them crowd few of its sets. The smallest in use has 8 ways of 4 KiB.
  func partSize(of long: StridedCopy.Level) -> Int {
    Swift.min(2 * side, Tile.room(for: long.source), Tile.room(for: long.destination))
  }

  /// How many lines that are `stride` bytes apart the nearest cache holds.
  private static func room(for stride: Int) -> Int {
    let factor = Swift.max(stride & ~(stride &- 1), StridedCopy.lineBytes)
    return 8 * Swift.max(4096 / factor, 1)
  }
}
