/// Appends the checksum of all bytes, lowest byte first (Zarr's codec `crc32c`).
final class CRC32CSink: ByteSink {
  private let next: any ByteSink
  private var checksum = CRC32C()
  // What the processor's caches hold when the bytes are looked at again by what comes next.
  private static let pieceByteCount = 512 << 10

  init(into next: any ByteSink) { self.next = next }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Problem) {
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      let piece = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(Self.pieceByteCount))
      unsafe rest = rest.dropFirst(piece.count)
      unsafe checksum.update(piece)
      try unsafe next.write(piece)
    }
  }

  func finish() throws(Problem) {
    var value = checksum.checksum.littleEndian
    try unsafe withUnsafeBytes(of: &value) { (bytes) throws(Problem) in try unsafe next.write(bytes) }
    try next.finish()
  }
}

/// Keeps the last four bytes back, and compares them with the checksum of those before.
final class CRC32CSource: ByteSource {
  private let source: any ByteSource
  private var checksum = CRC32C()
  private var held: [UInt8] = []
  private var hasEnded = false

  init(from source: any ByteSource) { self.source = source }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Problem) -> Int {
    while !hasEnded {
      let count = try unsafe source.read(into: buffer)
      guard count > 0 else {
        hasEnded = true
        try compare()
        break
      }
      // What was held back goes in front of what has come, and the last four of both are held back in its place.
      let come = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
      if count >= 4 {
        let last = unsafe Array(come[(count - 4)...])
        let front = held.count
        let kept = unsafe UnsafeRawBufferPointer(rebasing: come[..<(count - 4)])
        unsafe UnsafeMutableRawBufferPointer(rebasing: come[front...]).copyMemory(from: kept)
        unsafe come.copyBytes(from: held)
        let ready = count - 4 + front
        held = last
        guard ready > 0 else { continue }
        unsafe checksum.update(UnsafeRawBufferPointer(rebasing: come[..<ready]))
        return ready
      }
      held += unsafe Array(come)
      let ready = max(0, held.count - 4)
      guard ready > 0 else { continue }
      unsafe come.copyBytes(from: held[..<ready])
      held.removeFirst(ready)
      unsafe checksum.update(UnsafeRawBufferPointer(rebasing: come[..<ready]))
      return ready
    }
    return 0
  }

  private func compare() throws(Problem) {
    guard held.count == 4 else { throw Problem(.truncatedChunk, "it ends before its checksum") }
    let expected = held.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard expected == checksum.checksum else {
      throw Problem(
        .corruptChunk,
        "its checksum is 0x\(String(checksum.checksum, radix: 16)), and 0x\(String(expected, radix: 16)) was written"
      )
    }
  }
}
