/// What takes the bytes of a chunk on their way to its file, piece by piece.
protocol ByteSink: AnyObject {
  func write(_ bytes: UnsafeRawBufferPointer) throws(Problem)
  /// No more bytes will come.
  func finish() throws(Problem)
}

/// What gives the bytes of a chunk on their way from its file, piece by piece.
protocol ByteSource: AnyObject {
  /// Fills the front of a buffer that is not empty.
  ///
  /// - Returns: The number of bytes, 0 where no more will come.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Problem) -> Int
}

/// The bytes that codecs hold between them and their neighbours.
let codecPieceByteCount = 256 << 10

/// Memory for as many.
@safe
final class CodecPiece {
  let room = UnsafeMutableRawBufferPointer.allocate(byteCount: codecPieceByteCount, alignment: 64)

  deinit { unsafe room.deallocate() }
}

extension Codecs {
  /// What encodes on the way to a sink.
  func encoder(into file: any ByteSink) throws(Problem) -> any ByteSink {
    var sink = file
    for step in steps.reversed() {
      switch step {
      case .crc32c: sink = CRC32CSink(into: sink)
      case .gzip(let level): sink = try GzipSink(level: level, into: sink)
      case .zstd(let level, let checksum): sink = try ZstdSink(level: level, checksum: checksum, into: sink)
      }
    }
    return sink
  }

  /// What decodes on the way from a source.
  func decoder(from file: any ByteSource) throws(Problem) -> any ByteSource {
    var source = file
    for step in steps.reversed() {
      switch step {
      case .crc32c: source = CRC32CSource(from: source)
      case .gzip: source = try GzipSource(from: source)
      case .zstd: source = try ZstdSource(from: source)
      }
    }
    return source
  }
}
