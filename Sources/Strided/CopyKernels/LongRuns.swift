/// Runs of a few lines to a few pages, each by the system's copy, whose registers are as wide as the processor has
/// them.
///
/// Before each run the source's lines of the next are asked for, which the system's copy cannot know of: a run takes
/// long enough for the first-level cache to have them in time.
struct RunsOfLines: Runs {
  let byteCount: Int

  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe destination.copyMemory(from: source, byteCount: byteCount)
  }

  @inline(__always)
  func move<Ahead: Lookahead>(
    from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, askingAt step: Step, _: Ahead.Type
  ) {
    var offset = 0
    while offset < byteCount {
      unsafe Ahead.prefetch(
        SourceLine(), source: source + (offset &+ step.source),
        destination: destination + (offset &+ step.destination))
      offset &+= StridedCopy.lineBytes
    }
    unsafe move(from: source, to: destination)
  }

  // The first run is not worth asking for: it is needed at once.
  func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to _: Level.Type) {}

  private struct SourceLine: Prefetchable {
    @inline(__always)
    func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to _: Level.Type) {
      unsafe FirstLevel.ask(for: address)
    }

    // Stores wait for nobody.
    @inline(__always)
    func prefetch<Level: CacheLevel>(destination: UnsafeRawPointer, to _: Level.Type) {}
  }
}

/// Runs of any length, each by the system's copy.
struct RunsOfAnyLength: Runs {
  let byteCount: Int

  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe destination.copyMemory(from: source, byteCount: byteCount)
  }

  // The processor sees where a long run goes after a few lines, and fetches ahead by itself.
  @inline(__always)
  func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to _: Level.Type) {}
}
