// Compiled with those sources of Snapshot that read what others wrote: see Tests/Scripts/fuzz-snapshots.sh.

/// Called by libFuzzer with whatever bytes it comes upon: the first one chooses what they are read as.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  guard let first = bytes.first else { return 0 }
  if first < 128 {
    fuzzMetadata(Array(bytes.dropFirst()))
  } else {
    fuzzChunk(first & 127, Array(bytes.dropFirst()))
  }
  return 0
}

/// What is read as metadata is written and read again as the same.
private func fuzzMetadata(_ document: [UInt8]) {
  guard let json = try? Node.json(document) else { return }
  if let array = try? ArrayMetadata(json) {
    var copy = array
    // Written with a fill value and keys of its own.
    (copy.fillValue, copy.keys) = (FillValue(zeroOf: array.type), ChunkKeys(separator: array.keys.separator))
    guard try! ArrayMetadata(Node.json(Array(copy.json.text.utf8))) == copy else {
      fatalError("array: \(array)")
    }
    _ = array.keys.key(of: array.chunkCounts)
  }
  if let group = try? GroupMetadata(json) {
    guard (try? GroupMetadata(Node.json(Array(group.json.text.utf8)))) != nil else {
      fatalError("group: \(group)")
    }
  }
}

/// A chunk of 100 numbers, in memory of exactly its size.
private func fuzzChunk(_ choice: UInt8, _ file: [UInt8]) {
  let chains: [[Codecs.Step]] = [
    [], [.crc32c], [.gzip(level: 1)], [.zstd(level: 1, checksum: true)], [.gzip(level: 1), .crc32c],
    [.zstd(level: 1, checksum: false), .gzip(level: 1)], [.crc32c, .zstd(level: 1, checksum: false)],
  ]
  let type: ZarrType = choice & 64 == 0 ? .bool : .complex64
  var codecs = Codecs(type: type, order: [0], steps: chains[Int(choice & 31) % chains.count])
  codecs.isBigEndian = choice & 32 != 0
  let metadata = ArrayMetadata(
    shape: [100], type: type, chunkShape: [100], fillValue: FillValue(zeroOf: type), codecs: codecs,
    dimensionNames: [nil])
  let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: metadata.chunkByteCount, alignment: 16)
  defer { unsafe chunk.deallocate() }
  try? unsafe metadata.decode(chunk, from: Bytes(file), byteCount: file.count)
}

private final class Bytes: ByteSource {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Problem) -> Int {
    let piece = rest.prefix(min(buffer.count, 37))
    unsafe buffer.copyBytes(from: piece)
    rest = rest.dropFirst(piece.count)
    return piece.count
  }
}
