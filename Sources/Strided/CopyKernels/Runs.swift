/// What copies one run of bytes: a kernel's innermost step.
///
/// Kernels are generic over it and specialised inside this module, so that a run of a known length becomes a few
/// loads and stores in an unrolled loop. Addresses need no alignment.
protocol Runs: Prefetchable {
  /// Copies one run.
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer)

  /// Copies one run, and asks for the cache lines of one that is `step` further on.
  func move<Ahead: Lookahead>(
    from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, askingAt step: Step, _: Ahead.Type
  )

  /// Copies the runs of two levels that both fit into the nearest cache.
  func copyTile(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ inner: StridedCopy.Level,
    _ outer: StridedCopy.Level)

  /// The same where one of the levels is short.
  func copyNarrowTile(
    _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ inner: StridedCopy.Level,
    _ outer: StridedCopy.Level)
}

extension Runs {
  @inline(__always)
  func move<Ahead: Lookahead>(
    from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, askingAt step: Step, _: Ahead.Type
  ) {
    unsafe Ahead.prefetch(self, source: source + step.source, destination: destination + step.destination)
    unsafe move(from: source, to: destination)
  }
}

/// Runs of a length that the compiler knows.
struct RunsOf<let byteCount: Int>: Runs {
  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe destination.copyMemory(from: source, byteCount: byteCount)
  }

  @inline(__always)
  func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to _: Level.Type) {
    unsafe Level.ask(for: address)
    // A number of up to 8 bytes that is aligned lies in one line.
    if byteCount > 8 { unsafe Level.ask(for: address + (byteCount - 1)) }
  }
}

/// Runs between `part` and twice `part` bytes, of which a line holds at least one: two moves of `part` bytes, which
/// may overlap.
struct RunsOfTwo<let part: Int>: Runs {
  /// Where the second move begins.
  private let second: Int

  init(byteCount: Int) { second = byteCount - part }

  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe destination.copyMemory(from: source, byteCount: part)
    unsafe (destination + second).copyMemory(from: source + second, byteCount: part)
  }

  @inline(__always)
  func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to _: Level.Type) {
    unsafe Level.ask(for: address)
    unsafe Level.ask(for: address + (second + part - 1))
  }
}

/// Runs of two to four lines, each by the system's copy, whose wider registers are worth the call from here on.
struct RunsOfAFewLines: Runs {
  let byteCount: Int

  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe destination.copyMemory(from: source, byteCount: byteCount)
  }

  // The lines between come with their neighbours.
  @inline(__always)
  func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to _: Level.Type) {
    unsafe Level.ask(for: address)
    unsafe Level.ask(for: address + (byteCount - 1))
  }
}
