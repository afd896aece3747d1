/// Two runs at a time, in one step: the two faces of an axis, whose rows share cache lines.
///
/// Neither run's destination may be the other's source.
struct RunsInPairs<Single: Runs>: Runs {
  private let single: Single
  private let runBytes: Int
  /// From the first run to the second.
  private let source: Int
  private let destination: Int
  private let sourceEnds: Ends
  private let destinationEnds: Ends
  private let isInPlace: Bool

  /// Pairs of which each is a `row` from the next.
  init(_ single: Single, runBytes: Int, pair: StridedCopy.Level, row: StridedCopy.Level, isInPlace: Bool) {
    self.single = single
    self.runBytes = runBytes
    self.isInPlace = isInPlace
    (source, destination) = (pair.source, pair.destination)
    sourceEnds = Ends(runBytes: runBytes, apart: source, row: row.source)
    destinationEnds = Ends(runBytes: runBytes, apart: destination, row: row.destination)
  }

  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe single.move(from: source, to: destination)
    unsafe single.move(from: source + self.source, to: destination + self.destination)
  }

  // In place, what is read lies on either side of what is written: the four ends are less than a line apart.
  // Elsewhere there is room for a line between the two runs that are read.
  @inline(__always)
  func prefetch<Level: CacheLevel>(source: UnsafeRawPointer, to _: Level.Type) {
    unsafe Level.ask(for: source + sourceEnds.first)
    unsafe Level.ask(for: source + sourceEnds.last)
    if !isInPlace { unsafe Level.ask(for: source + (sourceEnds.first &+ runBytes &- 1)) }
  }

  @inline(__always)
  func prefetch<Level: CacheLevel>(destination: UnsafeRawPointer, to _: Level.Type) {
    unsafe Level.ask(for: destination + destinationEnds.first)
    unsafe Level.ask(for: destination + destinationEnds.last)
  }

  @inline(__always)
  func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to _: Level.Type) {
    unsafe Level.ask(for: address)
  }

  /// The first and the last byte of a run and its neighbour, which is the other one of the pair or of the next.
  private struct Ends {
    let first: Int
    let last: Int

    init(runBytes: Int, apart distance: Int, row: Int) {
      let row = Swift.max(Int(row.magnitude), 1)
      let forwards = (distance % row &+ row) % row
      let isSecondNext = forwards <= row &- forwards
      first = isSecondNext ? 0 : distance
      last = (isSecondNext ? distance : 0) &+ runBytes &- 1
    }
  }
}
