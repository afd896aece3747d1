/// Words of 8 bytes that lie side by side along one level in the source and along the other in the destination.
///
/// Two by two of them are two loads and two stores in place of four each, which is what a copy within the caches is
/// limited by.
struct TransposedWords: Runs {
  private let single = RunsOf<8>()

  /// Whether the two innermost levels of a copy are such words.
  static func suit(runBytes: Int, inner: StridedCopy.Level, outer: StridedCopy.Level) -> Bool {
    runBytes == 8 && inner.destination == 8 && outer.source == 8
  }

  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe single.move(from: source, to: destination)
  }

  @inline(__always)
  func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to level: Level.Type) {
    unsafe single.prefetch(address, to: level)
  }

  @inline(never)
  func copyTile(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ inner: StridedCopy.Level,
    _ outer: StridedCopy.Level
  ) {
    let (columns, rows) = (inner.count & ~1, outer.count & ~1)
    var row = 0
    while row < rows {
      var from = unsafe source + row &* 8
      var to = unsafe destination + row &* outer.destination
      let end = unsafe to + columns &* 8
      while unsafe to != end {
        let first = unsafe from.loadUnaligned(as: SIMD2<UInt64>.self)
        let second = unsafe (from + inner.source).loadUnaligned(as: SIMD2<UInt64>.self)
        unsafe to.storeBytes(of: SIMD2(first[0], second[0]), as: SIMD2<UInt64>.self)
        unsafe (to + outer.destination).storeBytes(of: SIMD2(first[1], second[1]), as: SIMD2<UInt64>.self)
        unsafe from += 2 &* inner.source
        unsafe to += 16
      }
      row &+= 2
    }
    if columns < inner.count {
      unsafe copyRuns(
        source + columns &* inner.source, destination + columns &* 8,
        StridedCopy.Level(count: rows, source: 8, destination: outer.destination),
        StridedCopy.Level(count: 1, source: 0, destination: 0))
    }
    if rows < outer.count {
      unsafe copyRuns(
        source + rows &* 8, destination + rows &* outer.destination, inner,
        StridedCopy.Level(count: 1, source: 0, destination: 0))
    }
  }
}
