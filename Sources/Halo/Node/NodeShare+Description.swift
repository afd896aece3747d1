extension NodeShare: CustomStringConvertible {
  /// Whose memory it is, which kind, and how much of what this process has taken is on pages of 2 MiB.
  var description: String {
    let (shared, alone) = arena.backing
    var line = "\(arena.name): \(way), "
    if let huge = arena.hugeBytes {
      line += "\(Self.mebibytes(huge)) of \(Self.mebibytes(shared)) MiB on 2 MiB pages"
    } else {
      line += "\(Self.mebibytes(shared)) MiB"
    }
    return alone > 0 ? line + "; \(Self.mebibytes(alone)) MiB not shared" : line
  }

  /// Rounded up, so that none is nothing.
  private static func mebibytes(_ byteCount: Int) -> Int { (byteCount + (1 << 20) - 1) >> 20 }
}
