/// Runs of a few lines to a few pages that lie close together, copied line by line.
///
/// Next to the system's copy that leaves room between the loads to ask for the lines of the next run, which the
/// system's copy cannot know of: a run takes long enough for the first-level cache to have them in time. The way
/// to memory needs no hiding, since the processor goes on across a small gap by itself.
struct RunsOfLines: Runs {
  /// At least four lines.
  let byteCount: Int

  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe move(from: source, to: destination, askingAt: .none, NoLookahead.self)
  }

  @inline(__always)
  func move<Ahead: Lookahead>(
    from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, askingAt step: Step, _: Ahead.Type
  ) {
    let line = RunsOf<64>()
    unsafe line.move(from: source, to: destination)
    // Whole lines of the destination from here on: a store across two lines takes the time of two.
    var offset = 64 &- Int(bitPattern: destination) & 63
    let last = byteCount &- 64
    while offset < last {
      unsafe Ahead.prefetch(
        SourceLine(), source: source + (offset &- 64 &+ step.source),
        destination: destination + (offset &- 64 &+ step.destination))
      unsafe line.move(from: source + offset, to: destination + offset)
      offset &+= 64
    }
    unsafe Ahead.prefetch(
      SourceLine(), source: source + (last &+ step.source),
      destination: destination + (last &+ step.destination))
    // The last line may overlap the one before.
    unsafe line.move(from: source + last, to: destination + last)
  }

  // The first run is not worth asking for: it is needed at once.
  func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to _: Level.Type) {}
}

/// Runs of a few lines to a few pages that lie far apart, each by the system's copy, whose registers are as wide as
/// the processor has them.
///
/// Before each the lines of the next are asked for, and the heads of later ones, from where on the processor has
/// seen where the run goes.
struct RunsOfLinesApart: Runs {
  /// At least four lines.
  let byteCount: Int
  /// Three runs ahead hide the way to memory.
  private static var headsAhead: Int { 3 }

  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe destination.copyMemory(from: source, byteCount: byteCount)
  }

  @inline(__always)
  func move<Ahead: Lookahead>(
    from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, askingAt step: Step, _: Ahead.Type
  ) {
    unsafe Ahead.prefetch(
      Head(), source: source + Self.headsAhead &* step.source,
      destination: destination + Self.headsAhead &* step.destination)
    var offset = 0
    while offset < byteCount {
      unsafe Ahead.prefetch(
        SourceLine(), source: source + (offset &+ step.source),
        destination: destination + (offset &+ step.destination))
      offset &+= 64
    }
    unsafe move(from: source, to: destination)
  }

  func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to _: Level.Type) {}

  /// The first lines of a run.
  private struct Head: Prefetchable {
    @inline(__always)
    func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to _: Level.Type) {
      unsafe SecondLevel.ask(for: address)
      unsafe SecondLevel.ask(for: address + 64)
      unsafe SecondLevel.ask(for: address + 128)
      unsafe SecondLevel.ask(for: address + 192)
    }
  }
}

/// One line of the next run, which is needed soon.
private struct SourceLine: Prefetchable {
  @inline(__always)
  func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to _: Level.Type) {
    unsafe FirstLevel.ask(for: address)
  }

  // Stores wait for nobody.
  @inline(__always)
  func prefetch<Level: CacheLevel>(destination: UnsafeRawPointer, to _: Level.Type) {}
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
