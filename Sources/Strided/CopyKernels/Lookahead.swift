/// Cache lines that can be asked for at any address.
protocol Prefetchable {
  /// Asks for the lines at an address.
  func prefetch<Level: CacheLevel>(_ address: UnsafeRawPointer, to level: Level.Type)

  /// Asks for those of the source.
  func prefetch<Level: CacheLevel>(source: UnsafeRawPointer, to level: Level.Type)

  /// Asks for those of the destination.
  func prefetch<Level: CacheLevel>(destination: UnsafeRawPointer, to level: Level.Type)
}

extension Prefetchable {
  @inline(__always)
  func prefetch<Level: CacheLevel>(source: UnsafeRawPointer, to level: Level.Type) {
    unsafe prefetch(source, to: level)
  }

  @inline(__always)
  func prefetch<Level: CacheLevel>(destination: UnsafeRawPointer, to level: Level.Type) {
    unsafe prefetch(destination, to: level)
  }
}

/// Which sides of a copy are asked for early: those whose runs lie a cache line or more apart.
///
/// A processor fetches ahead by itself where memory is walked almost without gaps. Between runs far apart it does
/// not, and a copy of short runs then waits for memory most of the time.
protocol Lookahead {
  /// Asks for lines on these sides.
  static func prefetch(
    _ lines: some Prefetchable, source: UnsafeRawPointer, destination: UnsafeMutableRawPointer)
}

/// Both sides are dense.
enum NoLookahead: Lookahead {
  @inline(__always)
  static func prefetch(
    _ lines: some Prefetchable, source: UnsafeRawPointer, destination: UnsafeMutableRawPointer
  ) {}
}

/// Packing: the destination is dense.
enum SourceLookahead<Level: CacheLevel>: Lookahead {
  @inline(__always)
  static func prefetch(
    _ lines: some Prefetchable, source: UnsafeRawPointer, destination: UnsafeMutableRawPointer
  ) {
    unsafe lines.prefetch(source: source, to: Level.self)
  }
}

/// Unpacking: the source is dense.
enum DestinationLookahead<Level: CacheLevel>: Lookahead {
  @inline(__always)
  static func prefetch(
    _ lines: some Prefetchable, source: UnsafeRawPointer, destination: UnsafeMutableRawPointer
  ) {
    unsafe lines.prefetch(destination: UnsafeRawPointer(destination), to: Level.self)
  }
}

/// Strided to strided.
enum BothLookahead<Level: CacheLevel>: Lookahead {
  @inline(__always)
  static func prefetch(
    _ lines: some Prefetchable, source: UnsafeRawPointer, destination: UnsafeMutableRawPointer
  ) {
    unsafe lines.prefetch(source: source, to: Level.self)
    unsafe lines.prefetch(destination: UnsafeRawPointer(destination), to: Level.self)
  }
}
