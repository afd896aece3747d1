internal import CPrefetch

/// Runs of a few lines to a few pages, copied line by line.
///
/// Next to the system's copy that leaves room between the loads to ask for the lines of the next run, which the
/// system's copy cannot know of: a run takes long enough for the first-level cache to have them in time. What it
/// does not hide is the way to memory, so the heads of later runs are brought to the second level as well; from
/// there on the processor has seen where the run goes.
struct RunsOfLines: Runs {
  /// At least four lines.
  let byteCount: Int
  /// How many runs ahead heads are asked for; 0 if the runs lie so close that the processor goes on by itself.
  let headsAhead: Int

  @inline(__always)
  func move(from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {
    unsafe move(from: source, to: destination, askingAt: .none, NoLookahead.self)
  }

  @inline(__always)
  func move<Ahead: Lookahead>(
    from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, askingAt step: Step, _: Ahead.Type
  ) {
    if headsAhead > 0 {
      unsafe Ahead.prefetch(
        Head(), source: source + headsAhead &* step.source,
        destination: destination + headsAhead &* step.destination)
    }
    let line = RunsOf<64>()
    unsafe line.move(from: source, to: destination)
    // Whole lines of the destination from here on: a store across two lines takes the time of two.
    var offset = 64 &- Int(bitPattern: destination) & 63
    let last = byteCount &- 64
    while offset < last {
      unsafe Ahead.prefetch(
        NextLine(), source: source + (offset &- 64 &+ step.source),
        destination: destination + (offset &- 64 &+ step.destination))
      unsafe line.move(from: source + offset, to: destination + offset)
      offset &+= 64
    }
    unsafe Ahead.prefetch(
      NextLine(), source: source + (last &+ step.source),
      destination: destination + (last &+ step.destination))
    // The last line may overlap the one before.
    unsafe line.move(from: source + last, to: destination + last)
  }

  // The first run is not worth asking for: it is needed at once.
  func prefetch(_ address: UnsafeRawPointer) {}

  /// The first lines of a run.
  private struct Head: Prefetchable {
    @inline(__always)
    func prefetch(_ address: UnsafeRawPointer) {
      unsafe halo_prefetch(address)
      unsafe halo_prefetch(address + 64)
      unsafe halo_prefetch(address + 128)
      unsafe halo_prefetch(address + 192)
    }
  }

  private struct NextLine: Prefetchable {
    @inline(__always)
    func prefetch(_ address: UnsafeRawPointer) { unsafe halo_prefetch_near(address) }

    // Stores wait for nobody.
    @inline(__always)
    func prefetch(destination: UnsafeRawPointer) {}
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
  func prefetch(_ address: UnsafeRawPointer) {}
}
