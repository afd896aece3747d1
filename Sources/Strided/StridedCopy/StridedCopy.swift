/// One copy of an n-dimensional array to another place, worked out once and run as often as wanted.
///
/// The element at each index of the source goes to the same index of the destination, whatever strides either
/// side has. To lower the two layouts, the bytes that are contiguous on both sides become one run; axes of
/// extent 1 are dropped; where the destination runs backwards, both sides are turned around; the levels of
/// repetition that are left are ordered for locality, and merged where they touch on both sides. The kernel
/// that suits the run length is known from then on, and ``execute(from:to:)`` does nothing but copy: it is not
/// generic, looks nothing up and allocates nothing.
///
///     let face = grid[.all, .all, .last(3)]
///     let pack = StridedCopy.pack(face), unpack = StridedCopy.unpack(halo)
///     unsafe pack.execute(from: field, to: message)
///
/// Stored inline; never allocates.
///
/// Source and destination must not share a byte: what such a copy leaves behind is undefined. A source axis
/// with stride 0 repeats its elements (broadcast).
@frozen public struct StridedCopy: BitwiseCopyable, Hashable, Sendable {
  /// The bytes that are copied in all.
  public let byteCount: Int

  /// The bytes that are contiguous on both sides; 0 if nothing is copied.
  public let runBytes: Int

  let sourceOffset: Int
  let destinationOffset: Int

  // The levels of repetition, innermost first: how often each repeats what is inside it, and how far apart on
  // either side. Destination strides are positive.
  let counts: PerAxis
  let sourceStrides: PerAxis
  let destinationStrides: PerAxis

  let kernel: Kernel
  let lookahead: LookaheadSides
  let lookaheadLevel: LookaheadLevel
  /// How many runs ahead of their use cache lines are asked for.
  let distance: Int

  /// A copy of one array to another of the same shape.
  ///
  /// Traps unless shapes and item sizes are equal and no destination axis longer than 1 has stride 0.
  public init(from source: Layout, to destination: Layout) {
    guard source.shape == destination.shape else {
      fatalError("StridedCopy: from shape \(source.shape) to shape \(destination.shape); they must be equal")
    }
    guard source.itemSize == destination.itemSize else {
      fatalError(
        "StridedCopy: from items of \(source.itemSize) bytes to items of \(destination.itemSize) bytes")
    }
    self.init(Lowering(from: source, to: destination))
  }

  init?(pairing one: StridedCopy, with other: StridedCopy) {
    guard let lowered = Lowering(pairing: one, with: other) else { return nil }
    self.init(lowered)
  }

  init(moving copy: StridedCopy, source: Int, destination: Int) {
    var lowered = Lowering(copy)
    lowered.move(source: source, destination: destination)
    self.init(lowered)
  }

  private init(_ lowered: Lowering) {
    byteCount = lowered.byteCount
    runBytes = lowered.runBytes
    sourceOffset = lowered.sourceOffset
    destinationOffset = lowered.destinationOffset
    counts = lowered.counts
    sourceStrides = lowered.sourceStrides
    destinationStrides = lowered.destinationStrides
    kernel = lowered.kernel
    (lookahead, distance) = lowered.lookahead
    lookaheadLevel = .best
  }

  /// A copy into contiguous memory, in the source's logical order, the last axis fastest.
  ///
  /// The destination begins at the address that ``execute(from:to:)`` is given.
  public static func pack(_ source: Layout) -> StridedCopy {
    StridedCopy(from: source, to: Layout(contiguous: source.shape, itemSize: source.itemSize))
  }

  /// A copy out of contiguous memory that holds the destination's logical order, the last axis fastest.
  ///
  /// The source begins at the address that ``execute(from:to:)`` is given.
  public static func unpack(_ destination: Layout) -> StridedCopy {
    StridedCopy(from: Layout(contiguous: destination.shape, itemSize: destination.itemSize), to: destination)
  }
}

extension StridedCopy: CustomStringConvertible {
  /// Run length and levels in one line.
  public var description: String {
    guard byteCount > 0 else { return "no bytes" }
    let levels = counts.indices.map {
      " × \(counts[$0]) from every \(sourceStrides[$0]) to every \(destinationStrides[$0])"
    }
    return "\(runBytes) bytes from \(sourceOffset) to \(destinationOffset)" + levels.joined()
  }
}
