/// Runs of two levels of which one runs through the source's cache lines and the other through the destination's.
struct Tile {
  /// The level that runs through the destination's lines, or nearly.
  var inner: StridedCopy.Level
  /// The level that runs through the source's lines.
  var outer: StridedCopy.Level
  let runBytes: Int

  /// How many runs of either level make up a tile: two lines, as with one most lines of rows that begin in mid-line
  /// would be met twice.
  var side: Int { 2 * Swift.max(StridedCopy.lineBytes / runBytes, 4) }

  /// How many tiles ahead lines are asked for: four hide the way to memory.
  static var ahead: Int { 4 }

  /// Asks for the source's lines of the tile that begins at an address.
  @inline(__always)
  func ask<Ahead: CacheLevel>(forSource address: UnsafeRawPointer, _: Ahead.Type) {
    unsafe ask(for: address, rows: inner.count, apart: inner.source, last: outer, outer.source, Ahead.self)
  }

  /// Asks for the destination's lines of the tile that begins at an address.
  @inline(__always)
  func ask<Ahead: CacheLevel>(forDestination address: UnsafeRawPointer, _: Ahead.Type) {
    unsafe ask(
      for: address, rows: outer.count, apart: outer.destination, last: inner, inner.destination, Ahead.self)
  }

  @inline(__always)
  private func ask<Ahead: CacheLevel>(
    for address: UnsafeRawPointer, rows: Int, apart stride: Int, last level: StridedCopy.Level, _ step: Int,
    _: Ahead.Type
  ) {
    let last = (level.count &- 1) &* step
    var row = unsafe address + Swift.min(last, 0)
    let bytes = Int(last.magnitude) &+ runBytes &- 1
    if bytes < StridedCopy.lineBytes {
      for _ in 0..<rows {
        unsafe Ahead.ask(for: row)
        unsafe Ahead.ask(for: row + bytes)
        unsafe row += stride
      }
    } else {
      for _ in 0..<rows {
        var offset = 0
        while offset < bytes {
          unsafe Ahead.ask(for: row + offset)
          offset &+= StridedCopy.lineBytes
        }
        unsafe Ahead.ask(for: row + bytes)
        unsafe row += stride
      }
    }
  }
}
