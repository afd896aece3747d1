internal import CPrefetch

/// A level of cache that lines can be brought to ahead of their use.
protocol CacheLevel {
  /// Asks for the line at an address.
  static func ask(for address: UnsafeRawPointer)
}

/// The nearest level.
enum FirstLevel: CacheLevel {
  @inline(__always)
  static func ask(for address: UnsafeRawPointer) { unsafe halo_prefetch_to_first_level(address) }
}

/// The next one.
enum SecondLevel: CacheLevel {
  @inline(__always)
  static func ask(for address: UnsafeRawPointer) { unsafe halo_prefetch_to_second_level(address) }
}

extension StridedCopy {
  /// The level that lines are brought to for use after dozens of others.
  ///
  /// A copy of short runs far apart is limited by how many lines can be on their way at a time. Intel's processors
  /// have more on their way to the second level than to the first; AMD's as many to either, and what is only in
  /// the second level then costs every store its way from there: for 24-byte runs a third of the time.
  @frozen @usableFromInline enum LookaheadLevel: UInt8, BitwiseCopyable, Hashable, Sendable {
    case first, second

    static let best = halo_has_wide_first_level() ? first : second
  }
}
