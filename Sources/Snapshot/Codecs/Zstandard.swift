internal import CSnapshot

/// The system's zstd (<https://facebook.github.io/zstd/zstd_manual.html>).
struct Zstandard: Sendable {
  let createCompressor, freeCompressor, set, compress: SystemLibrary.Function
  let createDecompressor, freeDecompressor, decompress, isError: SystemLibrary.Function

  private static let library: Zstandard? = {
    guard let library = SystemLibrary("libzstd.so.1") else { return nil }
    let names = [
      "ZSTD_createCCtx", "ZSTD_freeCCtx", "ZSTD_CCtx_setParameter", "ZSTD_compressStream2",
      "ZSTD_createDCtx", "ZSTD_freeDCtx", "ZSTD_decompressStream", "ZSTD_isError",
    ]
    let found = names.compactMap { library.function($0) }
    guard found.count == names.count else { return nil }
    return Zstandard(
      createCompressor: found[0], freeCompressor: found[1], set: found[2], compress: found[3],
      createDecompressor: found[4], freeDecompressor: found[5], decompress: found[6], isError: found[7])
  }()

  static func found() throws(Problem) -> Zstandard {
    guard let library else {
      throw Problem(
        .unsupported, "the codec zstd needs libzstd.so.1, which this system has not (Debian: libzstd1)")
    }
    return library
  }

  func isError(_ code: Int) -> Bool { unsafe halo_zstd_is_error(isError.address, code) != 0 }

  // Parameters and directives.
  static let compressionLevel: Int32 = 100
  static let checksumFlag: Int32 = 201
  static let goOn: Int32 = 0
  static let end: Int32 = 2
}

/// Compresses into a frame of Zstandard (RFC 8878).
@safe
final class ZstdSink: ByteSink {
  private let zstd: Zstandard
  private let next: any ByteSink
  private let context: UnsafeMutableRawPointer
  private let output = CodecPiece()

  init(level: Int, checksum: Bool, into next: any ByteSink) throws(Problem) {
    self.next = next
    zstd = try Zstandard.found()
    guard let context = unsafe halo_zstd_make(zstd.createCompressor.address) else {
      throw Problem(.outOfMemory, "zstd could not begin to compress")
    }
    unsafe self.context = unsafe context
    _ = unsafe halo_zstd_set(zstd.set.address, context, Zstandard.compressionLevel, Int32(level))
    _ = unsafe halo_zstd_set(zstd.set.address, context, Zstandard.checksumFlag, checksum ? 1 : 0)
  }

  deinit { _ = unsafe halo_zstd_free(zstd.freeCompressor.address, context) }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Problem) { try unsafe compress(bytes, Zstandard.goOn) }

  func finish() throws(Problem) {
    try unsafe compress(UnsafeRawBufferPointer(start: nil, count: 0), Zstandard.end)
    try next.finish()
  }

  private func compress(_ bytes: UnsafeRawBufferPointer, _ directive: Int32) throws(Problem) {
    var input = unsafe halo_zstd_input(start: bytes.baseAddress, size: bytes.count, position: 0)
    var left = 0
    repeat {
      let room = unsafe output.room
      var made = unsafe halo_zstd_output(start: room.baseAddress, size: room.count, position: 0)
      left = unsafe halo_zstd_compress(zstd.compress.address, context, &made, &input, directive)
      if zstd.isError(left) { throw Problem(.inputOutput, "zstd could not compress") }
      if unsafe made.position > 0 {
        try unsafe next.write(UnsafeRawBufferPointer(rebasing: room[..<made.position]))
      }
    } while unsafe directive == Zstandard.end ? left > 0 : input.position < input.size
  }
}

/// Decompresses frames of Zstandard.
@safe
final class ZstdSource: ByteSource {
  private let zstd: Zstandard
  private let source: any ByteSource
  private let context: UnsafeMutableRawPointer
  private let input = CodecPiece()
  private var unread = 0..<0
  private var isWithinFrame = false

  init(from source: any ByteSource) throws(Problem) {
    self.source = source
    zstd = try Zstandard.found()
    guard let context = unsafe halo_zstd_make(zstd.createDecompressor.address) else {
      throw Problem(.outOfMemory, "zstd could not begin to decompress")
    }
    unsafe self.context = unsafe context
  }

  deinit { _ = unsafe halo_zstd_free(zstd.freeDecompressor.address, context) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Problem) -> Int {
    while true {
      var hasMore = true
      if unread.isEmpty {
        let count = try unsafe source.read(into: input.room)
        unread = 0..<count
        hasMore = count > 0
        if !hasMore, !isWithinFrame { return 0 }
      }
      var output = unsafe halo_zstd_output(start: buffer.baseAddress, size: buffer.count, position: 0)
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: input.room[unread])
      var rest = unsafe halo_zstd_input(start: bytes.baseAddress, size: bytes.count, position: 0)
      let code = unsafe halo_zstd_decompress(zstd.decompress.address, context, &output, &rest)
      unread = unsafe unread.lowerBound + rest.position..<unread.upperBound
      if zstd.isError(code) { throw Problem(.corruptChunk, "it cannot be decompressed: zstd refuses it") }
      isWithinFrame = code != 0
      if unsafe output.position > 0 { return unsafe output.position }
      guard hasMore else { throw Problem(.truncatedChunk, "its compressed bytes end too early") }
    }
  }
}
