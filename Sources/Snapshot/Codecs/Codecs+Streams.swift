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
