extension Snapshot {
  /// What is done to the bytes of chunks to make files smaller.
  ///
  /// The libraries are the system's, looked for when the program runs: `libz.so.1` and `libzstd.so.1`.
  public enum Compression: Hashable, Sendable {
    /// Nothing: the fastest where the disk is fast.
    case none
    /// Deflate (RFC 1951), levels 0 to 9.
    case gzip(level: Int)
    /// Zstandard (RFC 8878), levels −131072 to 22; 0 is the library's choice.
    case zstd(level: Int)

    var step: Codecs.Step? {
      switch self {
      case .none: nil
      case .gzip(let level): .gzip(level: level)
      case .zstd(let level): .zstd(level: level, checksum: false)
      }
    }

    func check() throws(Problem) {
      switch self {
      case .none: return
      case .gzip(let level):
        guard (0...9).contains(level) else {
          throw Problem(.mismatch, "gzip has the levels 0 to 9, not \(level)")
        }
        _ = try Zlib.found()
      case .zstd(let level):
        guard (-131072...22).contains(level) else {
          throw Problem(.mismatch, "zstd has the levels -131072 to 22, not \(level)")
        }
        _ = try Zstandard.found()
      }
    }
  }
}
