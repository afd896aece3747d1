/// Cache lines that can be asked for at any address.
protocol Prefetchable {
  /// Asks for the lines at an address.
  func prefetch(_ address: UnsafeRawPointer)

  /// Asks for those of the source.
  func prefetch(source: UnsafeRawPointer)

  /// Asks for those of the destination.
  func prefetch(destination: UnsafeRawPointer)
}

extension Prefetchable {
  @inline(__always)
  func prefetch(source: UnsafeRawPointer) { unsafe prefetch(source) }

  @inline(__always)
  func prefetch(destination: UnsafeRawPointer) { unsafe prefetch(destination) }
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
enum SourceLookahead: Lookahead {
  @inline(__always)
  static func prefetch(
    _ lines: some Prefetchable, source: UnsafeRawPointer, destination: UnsafeMutableRawPointer
  ) {
    unsafe lines.prefetch(source: source)
  }
}

/// Unpacking: the source is dense.
enum DestinationLookahead: Lookahead {
  @inline(__always)
  static func prefetch(
    _ lines: some Prefetchable, source: UnsafeRawPointer, destination: UnsafeMutableRawPointer
  ) {
    unsafe lines.prefetch(destination: UnsafeRawPointer(destination))
  }
}

/// Strided to strided.
enum BothLookahead: Lookahead {
  @inline(__always)
  static func prefetch(
    _ lines: some Prefetchable, source: UnsafeRawPointer, destination: UnsafeMutableRawPointer
  ) {
    unsafe lines.prefetch(source: source)
    unsafe lines.prefetch(destination: UnsafeRawPointer(destination))
  }
}
