/// A box of an array as a set of bytes, in a form that does not depend on how the box was sliced.
///
/// A region is a run of ``runBytes`` bytes, repeated by every level: level 0, the innermost, repeats it at the
/// smallest stride. To lower a layout to it, axes of extent 1 and broadcast axes are dropped, strides are made
/// positive and sorted, and axes that touch or overlap without a gap are merged. So boxes of one array that
/// hold the same bytes are equal regions, be they sliced forwards, backwards, transposed or in two steps.
/// An order of the bytes is not part of it; that is a ``StridedCopy``'s.
///
///     let grid = Layout(contiguous: [4, 5, 6], itemSize: 8)
///     Region(grid).runBytes                                     // 960: everything in one run
///     Region(grid[.all, .all, .first(3)]).runBytes              // 24
///     Region(grid[.all, .all, .first(3)]).counts                // [20]
///
/// Stored inline; never allocates.
@frozen public struct Region: BitwiseCopyable, Hashable, Sendable {
  /// Bytes from the base address to the lowest byte; 0 for a box without elements.
  public let offset: Int

  /// The bytes of one run without gaps; 0 for a box without elements.
  public let runBytes: Int

  /// How often each level repeats what is inside it, innermost first; all above 1.
  public let counts: PerAxis

  /// The distance in bytes at which each level repeats, innermost first; positive and not falling.
  public let strides: PerAxis

  /// The bytes of the elements of a layout.
  ///
  /// - Complexity: grows with the square of the rank.
  public init(_ layout: Layout) {
    guard !layout.isEmpty else {
      self.init(offset: 0, runBytes: 0, counts: PerAxis(), strides: PerAxis())
      return
    }
    var (counts, strides) = (PerAxis(), PerAxis())
    for axis in layout.shape.indices where layout.shape[axis] > 1 && layout.strides[axis] != 0 {
      let stride = Int(layout.strides[axis].magnitude)
      var level = counts.count
      while level > 0, strides[level - 1] > stride { level -= 1 }
      counts.insert(layout.shape[axis], at: level)
      strides.insert(stride, at: level)
    }
    var runBytes = layout.itemSize
    while let stride = strides.first, stride <= runBytes {
      runBytes += (counts.remove(at: 0) - 1) * strides.remove(at: 0)
    }
    var level = 0
    while level + 1 < counts.count {
      // The outer level starts again at or before the place where the inner one would go next.
      let (steps, rest) = strides[level + 1].quotientAndRemainder(dividingBy: strides[level])
      if rest == 0, steps <= counts[level] {
        counts[level] += (counts.remove(at: level + 1) - 1) * steps
        strides.remove(at: level + 1)
      } else {
        level += 1
      }
    }
    self.init(
      offset: layout.byteBounds.lowerBound, runBytes: runBytes, counts: counts, strides: strides)
  }

  private init(offset: Int, runBytes: Int, counts: PerAxis, strides: PerAxis) {
    self.offset = offset
    self.runBytes = runBytes
    self.counts = counts
    self.strides = strides
  }

  /// The bytes of all runs together; a byte that several elements share counts once, unless runs of different
  /// levels interleave.
  public var byteCount: Int { counts.reduce(runBytes, *) }

  /// Whether there is no byte.
  public var isEmpty: Bool { runBytes == 0 }

  /// The smallest range of bytes, counted from the base address, that holds every run.
  public var byteBounds: Range<Int> {
    var upper = offset + runBytes
    for level in counts.indices { upper += (counts[level] - 1) * strides[level] }
    return offset..<upper
  }
}

extension Region: CustomStringConvertible {
  /// Runs, levels and offset in one line.
  public var description: String {
    guard !isEmpty else { return "no bytes" }
    let levels = zip(counts, strides).map { " × \($0) every \($1)" }.joined()
    return "\(runBytes) bytes at \(offset)" + levels
  }
}
