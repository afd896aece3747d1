/// Two runs at a time, in one step: the two faces of an axis, whose rows share cache lines.
///
/// Neither run's destination may be the other's source.
struct RunsInPairs<Single: Runs>: Runs {
  let single: Single
  let runBytes: Int
  /// From the first run to the second.
  let source: Int
  let destination: Int

  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe single.move(from: source, to: destination)
    unsafe single.move(from: source + self.source, to: destination + self.destination)
  }

  // The first byte of the one and the last of the other: on the two faces of an axis, what the one reads lies
  // beside what the other writes, and these four bytes are at most two runs apart.
  @inline(__always)
  func prefetch<Level: CacheLevel>(source: UnsafeRawPointer, to _: Level.Type) {
    unsafe Level.ask(for: source)
    unsafe Level.ask(for: source + (self.source &+ runBytes &- 1))
  }

  @inline(__always)
  func prefetch<Level: CacheLevel>(destination: UnsafeRawPointer, to _: Level.Type) {
    unsafe Level.ask(for: destination)
    unsafe Level.ask(for: destination + (self.destination &+ runBytes &- 1))
  }

  @inline(__always)
  func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to _: Level.Type) {
    unsafe Level.ask(for: address)
  }
}
