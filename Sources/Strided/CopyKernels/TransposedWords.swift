/// Words that lie side by side along one level in the source and along the other in the destination.
///
/// Two by two of them are two loads and two stores in place of four each, which is what a copy within the caches is
/// limited by.
struct TransposedWords<Word: SIMDScalar & BitwiseCopyable>: Runs {
  private typealias Pair = SIMD2<Word>

  private static var bytes: Int { MemoryLayout<Word>.size }

  /// Whether the two innermost levels of a copy are such words.
  static func suit(runBytes: Int, inner: StridedCopy.Level, outer: StridedCopy.Level) -> Bool {
    runBytes == bytes && inner.destination == bytes && outer.source == bytes
  }

  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe destination.storeBytes(of: source.loadUnaligned(as: Word.self), as: Word.self)
  }

  @inline(__always)
  func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to _: Level.Type) {
    unsafe Level.ask(for: address)
  }

  @inline(never)
  func copyTile(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ inner: StridedCopy.Level,
    _ outer: StridedCopy.Level
  ) {
    let bytes = Self.bytes
    let (columns, rows) = (inner.count & ~1, outer.count & ~1)
    var row = 0
    while row < rows {
      var from = unsafe source + row &* bytes
      var to = unsafe destination + row &* outer.destination
      let end = unsafe to + columns &* bytes
      while unsafe to != end {
        unsafe copyFour(from, to, inner.source, outer.destination)
        unsafe from += 2 &* inner.source
        unsafe to += 2 &* bytes
      }
      row &+= 2
    }
    if columns < inner.count {
      unsafe copyRuns(
        source + columns &* inner.source, destination + columns &* bytes,
        StridedCopy.Level(count: rows, source: bytes, destination: outer.destination),
        StridedCopy.Level(count: 1, source: 0, destination: 0))
    }
    if rows < outer.count {
      unsafe copyRuns(
        source + rows &* bytes, destination + rows &* outer.destination, inner,
        StridedCopy.Level(count: 1, source: 0, destination: 0))
    }
  }

  @inline(__always)
  func copyNarrowTile(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ inner: StridedCopy.Level,
    _ outer: StridedCopy.Level
  ) {
    let (columns, rows) = (inner.source, outer.destination)
    switch (inner.count, outer.count) {
    case (_, 2): unsafe copyColumns(source, destination, inner.count, columns, rows, rowCount: 2)
    case (_, 3): unsafe copyColumns(source, destination, inner.count, columns, rows, rowCount: 3)
    case (_, 4): unsafe copyColumns(source, destination, inner.count, columns, rows, rowCount: 4)
    case (2, _): unsafe copyRows(source, destination, outer.count, columns, rows, columnCount: 2)
    case (3, _): unsafe copyRows(source, destination, outer.count, columns, rows, columnCount: 3)
    case (4, _): unsafe copyRows(source, destination, outer.count, columns, rows, columnCount: 4)
    default:
      if outer.count < inner.count {
        unsafe copyColumns(source, destination, inner.count, columns, rows, rowCount: outer.count)
      } else {
        unsafe copyRows(source, destination, outer.count, columns, rows, columnCount: inner.count)
      }
    }
  }

  /// Two columns at a time, all rows of them.
  @inline(__always)
  private func copyColumns(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ columnCount: Int, _ columns: Int,
    _ rows: Int, rowCount: Int
  ) {
    var (column, to) = unsafe (source, destination)
    let end = unsafe to + (columnCount & ~1) &* Self.bytes
    while unsafe to != end {
      var (from, row) = unsafe (column, to)
      let last = unsafe from + (rowCount & ~1) &* Self.bytes
      while unsafe from != last {
        unsafe copyFour(from, row, columns, rows)
        unsafe from += 2 &* Self.bytes
        unsafe row += 2 &* rows
      }
      if rowCount & 1 != 0 {
        let first = unsafe from.loadUnaligned(as: Word.self)
        let second = unsafe (from + columns).loadUnaligned(as: Word.self)
        unsafe row.storeBytes(of: SIMD2(first, second), as: Pair.self)
      }
      unsafe column += 2 &* columns
      unsafe to += 2 &* Self.bytes
    }
    guard columnCount & 1 != 0 else { return }
    for _ in 0..<rowCount {
      unsafe move(from: column, to: to)
      unsafe column += Self.bytes
      unsafe to += rows
    }
  }

  /// Two rows at a time, all columns of them.
  @inline(__always)
  private func copyRows(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ rowCount: Int, _ columns: Int,
    _ rows: Int, columnCount: Int
  ) {
    var (from, row) = unsafe (source, destination)
    let end = unsafe from + (rowCount & ~1) &* Self.bytes
    while unsafe from != end {
      var (column, to) = unsafe (from, row)
      let last = unsafe to + (columnCount & ~1) &* Self.bytes
      while unsafe to != last {
        unsafe copyFour(column, to, columns, rows)
        unsafe column += 2 &* columns
        unsafe to += 2 &* Self.bytes
      }
      if columnCount & 1 != 0 {
        let pair = unsafe column.loadUnaligned(as: Pair.self)
        unsafe to.storeBytes(of: pair[0], as: Word.self)
        unsafe (to + rows).storeBytes(of: pair[1], as: Word.self)
      }
      unsafe from += 2 &* Self.bytes
      unsafe row += 2 &* rows
    }
    guard rowCount & 1 != 0 else { return }
    for _ in 0..<columnCount {
      unsafe move(from: from, to: row)
      unsafe from += columns
      unsafe row += Self.bytes
    }
  }

  /// Two words of two columns.
  @inline(__always)
  private func copyFour(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ columns: Int, _ rows: Int)
  {
    let first = unsafe from.loadUnaligned(as: Pair.self)
    let second = unsafe (from + columns).loadUnaligned(as: Pair.self)
    unsafe to.storeBytes(of: SIMD2(first[0], second[0]), as: Pair.self)
    unsafe (to + rows).storeBytes(of: SIMD2(first[1], second[1]), as: Pair.self)
  }
}
