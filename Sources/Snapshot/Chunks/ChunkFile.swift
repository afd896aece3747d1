/// The file of one chunk.
struct ChunkFile {
  let path: String
  let index: [Int]
  let metadata: ArrayMetadata

  /// Writes the chunk, and waits until its bytes are on the disk.
  func write(_ chunk: UnsafeMutableRawBufferPointer) throws(Problem) {
    do {
      let sink = try metadata.codecs.encoder(into: FileSink(path))
      if !isLittleEndian { unsafe metadata.swapBytes(of: chunk) }
      try unsafe sink.write(UnsafeRawBufferPointer(chunk))
      try sink.finish()
    } catch {
      throw error.at(path, chunk: index)
    }
  }

  /// Reads the chunk into memory of its size.
  ///
  /// - Parameter mustExist: Whether a missing file is an error; else the chunk holds the fill value.
  func read(into chunk: UnsafeMutableRawBufferPointer, mustExist: Bool) throws(Problem) {
    do {
      try unsafe read(chunk, mustExist)
    } catch {
      throw error.at(path, chunk: index)
    }
  }

  private func read(_ chunk: UnsafeMutableRawBufferPointer, _ mustExist: Bool) throws(Problem) {
    guard Files.kind(of: path) != .nothing else {
      guard !mustExist else {
        throw Problem(.missingChunk, "the file of the chunk is not there; all chunks were written")
      }
      return unsafe metadata.fillValue.fill(chunk)
    }
    let file = try FileSource(path)
    try unsafe metadata.decode(chunk, from: file, byteCount: file.byteCount)
  }
}

extension ArrayMetadata {
  /// Turns the bytes of a chunk's file back into its elements.
  ///
  /// - Parameters:
  ///   - chunk: Memory of the chunk's size; nothing beyond it is touched, whatever the file holds.
  ///   - file: The bytes.
  ///   - byteCount: How many they are.
  func decode(
    _ chunk: UnsafeMutableRawBufferPointer, from file: any ByteSource, byteCount: Int
  ) throws(Problem) {
    if let expected = codecs.fileByteCount(chunkByteCount: chunk.count), byteCount != expected {
      throw Problem(
        byteCount < expected ? .truncatedChunk : .corruptChunk,
        "expected \(expected) bytes for \(chunkShape) of \(type), found \(byteCount)")
    }
    let source = try codecs.decoder(from: file)
    var rest = unsafe chunk[...]
    while unsafe !rest.isEmpty {
      // Pieces that stay in the processor's caches from one codec to the next.
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: rest.prefix(codecPieceByteCount))
      let count = try unsafe source.read(into: room)
      guard count > 0 else {
        throw Problem(
          .truncatedChunk,
          "expected \(chunk.count) bytes of elements, found \(unsafe chunk.count - rest.count)")
      }
      unsafe rest = rest.dropFirst(count)
    }
    try Self.expectEnd(of: source)
    if codecs.isBigEndian == isLittleEndian { unsafe swapBytes(of: chunk) }
    // A truth value of another number is one that Swift must not see.
    if type == .bool, unsafe chunk.contains(where: { $0 > 1 }) {
      throw Problem(.corruptChunk, "it holds truth values that are neither 0 nor 1")
    }
  }

  /// Nothing may follow; only when the end is met have checksums been compared.
  private static func expectEnd(of source: any ByteSource) throws(Problem) {
    var beyond: UInt64 = 0
    let count = try unsafe withUnsafeMutableBytes(of: &beyond) { (room) throws(Problem) in
      try unsafe source.read(into: room)
    }
    guard count == 0 else { throw Problem(.corruptChunk, "it holds more than a chunk's elements") }
  }
}

extension ArrayMetadata {
  /// Turns the bytes of every number of a chunk around.
  fileprivate func swapBytes(of chunk: UnsafeMutableRawBufferPointer) {
    switch type.numberSize {
    case 2: unsafe chunk.swapBytes(of: UInt16.self)
    case 4: unsafe chunk.swapBytes(of: UInt32.self)
    case 8: unsafe chunk.swapBytes(of: UInt64.self)
    default: return
    }
  }
}

extension UnsafeMutableRawBufferPointer {
  fileprivate func swapBytes<Word: FixedWidthInteger & BitwiseCopyable>(of type: Word.Type) {
    for place in stride(from: 0, to: count, by: MemoryLayout<Word>.size) {
      let word = unsafe loadUnaligned(fromByteOffset: place, as: type)
      unsafe storeBytes(of: word.byteSwapped, toByteOffset: place, as: type)
    }
  }
}

extension FillValue {
  /// Gives every element of a chunk the value.
  func fill(_ chunk: UnsafeMutableRawBufferPointer) {
    guard let start = chunk.baseAddress, unsafe !chunk.isEmpty else { return }
    unsafe chunk.copyBytes(from: bytes)
    // What is filled is copied behind itself.
    var filled = bytes.count
    while filled < chunk.count {
      let count = Swift.min(filled, chunk.count - filled)
      unsafe (start + filled).copyMemory(from: start, byteCount: count)
      filled += count
    }
  }
}
