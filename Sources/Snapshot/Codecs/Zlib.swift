internal import CSnapshot

/// The system's zlib (<https://zlib.net/manual.html>).
struct Zlib: Sendable {
  let deflateInit, deflate, deflateEnd: SystemLibrary.Function
  let inflateInit, inflate, inflateReset, inflateEnd: SystemLibrary.Function

  private static let library: Zlib? = {
    guard let library = SystemLibrary("libz.so.1") else { return nil }
    let names = [
      "deflateInit2_", "deflate", "deflateEnd", "inflateInit2_", "inflate", "inflateReset", "inflateEnd",
    ]
    let found = names.compactMap { library.function($0) }
    guard found.count == names.count else { return nil }
    return Zlib(
      deflateInit: found[0], deflate: found[1], deflateEnd: found[2], inflateInit: found[3],
      inflate: found[4], inflateReset: found[5], inflateEnd: found[6])
  }()

  static func found() throws(Problem) -> Zlib {
    guard let library else {
      throw Problem(
        .unsupported, "the codec gzip needs libz.so.1, which this system has not (Debian: zlib1g)")
    }
    return library
  }

  // Flush values and what functions return.
  static let noFlush: Int32 = 0
  static let finish: Int32 = 4
  static let isOkay: Int32 = 0
  static let isAtEnd: Int32 = 1
  static let lacksRoom: Int32 = -5
}

/// Compresses into the format of gzip (RFC 1952).
@safe
final class GzipSink: ByteSink {
  private let zlib: Zlib
  private let next: any ByteSink
  private var stream = unsafe halo_z_stream()
  private let output = CodecPiece()

  init(level: Int, into next: any ByteSink) throws(Problem) {
    self.next = next
    zlib = try Zlib.found()
    let code = unsafe halo_deflate_init(zlib.deflateInit.address, &stream, Int32(level))
    guard code == Zlib.isOkay else {
      throw Problem(.outOfMemory, "zlib could not begin to compress (\(code))")
    }
  }

  deinit { _ = unsafe halo_z_call(zlib.deflateEnd.address, &stream) }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Problem) {
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      let piece = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      unsafe rest = rest.dropFirst(piece.count)
      try unsafe compress(piece, Zlib.noFlush)
    }
  }

  func finish() throws(Problem) {
    try unsafe compress(UnsafeRawBufferPointer(start: nil, count: 0), Zlib.finish)
    try next.finish()
  }

  private func compress(_ bytes: UnsafeRawBufferPointer, _ flush: Int32) throws(Problem) {
    unsafe stream.next_in = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.avail_in = UInt32(bytes.count)
    while true {
      let room = unsafe output.room
      unsafe stream.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
      unsafe stream.avail_out = UInt32(room.count)
      let code = unsafe halo_z_step(zlib.deflate.address, &stream, flush)
      let count = unsafe room.count - Int(stream.avail_out)
      if count > 0 { try unsafe next.write(UnsafeRawBufferPointer(rebasing: room[..<count])) }
      guard code == Zlib.isOkay || code == Zlib.isAtEnd || code == Zlib.lacksRoom else {
        throw Problem(.inputOutput, "zlib could not compress (\(code))")
      }
      if flush == Zlib.finish ? code == Zlib.isAtEnd : unsafe stream.avail_in == 0 && stream.avail_out > 0 {
        return
      }
    }
  }
}

/// Decompresses the format of gzip, one member or several.
@safe
final class GzipSource: ByteSource {
  private let zlib: Zlib
  private let source: any ByteSource
  private var stream = unsafe halo_z_stream()
  private let input = CodecPiece()
  private var unread = 0..<0
  private var isWithinMember = false

  init(from source: any ByteSource) throws(Problem) {
    self.source = source
    zlib = try Zlib.found()
    let code = unsafe halo_inflate_init(zlib.inflateInit.address, &stream)
    guard code == Zlib.isOkay else {
      throw Problem(.outOfMemory, "zlib could not begin to decompress (\(code))")
    }
  }

  deinit { _ = unsafe halo_z_call(zlib.inflateEnd.address, &stream) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Problem) -> Int {
    while true {
      if unread.isEmpty {
        let count = try unsafe source.read(into: input.room)
        unread = 0..<count
        if count == 0 {
          guard !isWithinMember else { throw Problem(.truncatedChunk, "its compressed bytes end too early") }
          return 0
        }
      }
      isWithinMember = true
      let available = UInt32(min(buffer.count, 1 << 30))
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: input.room[unread])
      unsafe stream.next_in = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
      unsafe stream.avail_in = UInt32(bytes.count)
      unsafe stream.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      unsafe stream.avail_out = available
      let code = unsafe halo_z_step(zlib.inflate.address, &stream, Zlib.noFlush)
      unread = unsafe unread.upperBound - Int(stream.avail_in)..<unread.upperBound
      if code == Zlib.isAtEnd {
        isWithinMember = false
        _ = unsafe halo_z_call(zlib.inflateReset.address, &stream)
      } else if code != Zlib.isOkay && code != Zlib.lacksRoom {
        throw Problem(.corruptChunk, "it cannot be decompressed: zlib says \(code)")
      }
      let count = unsafe Int(available - stream.avail_out)
      if count > 0 { return count }
    }
  }
}
