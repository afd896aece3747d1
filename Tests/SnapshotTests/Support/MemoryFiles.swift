@testable import Snapshot

/// Takes bytes into memory.
final class MemorySink: ByteSink {
  private(set) var bytes: [UInt8] = []
  func write(_ bytes: UnsafeRawBufferPointer) throws(Problem) { unsafe self.bytes += Array(bytes) }
  func finish() throws(Problem) {}
}

/// Gives bytes from memory, in pieces of at most so many.
final class MemorySource: ByteSource {
  private var bytes: ArraySlice<UInt8>
  private let pieceByteCount: Int

  init(_ bytes: [UInt8], pieceByteCount: Int = .max) {
    (self.bytes, self.pieceByteCount) = (bytes[...], pieceByteCount)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Problem) -> Int {
    let piece = bytes.prefix(min(buffer.count, pieceByteCount))
    unsafe buffer.copyBytes(from: piece)
    bytes = bytes.dropFirst(piece.count)
    return piece.count
  }
}

/// Memory of a chunk between bytes that must stay as they are.
@safe
final class GuardedChunk {
  private static let guardByteCount = 64
  private let whole: UnsafeMutableRawBufferPointer
  let memory: UnsafeMutableRawBufferPointer

  init(byteCount: Int) {
    unsafe whole = .allocate(byteCount: byteCount + 2 * Self.guardByteCount, alignment: 64)
    unsafe whole.initializeMemory(as: UInt8.self, repeating: 0xa5)
    unsafe memory = UnsafeMutableRawBufferPointer(
      rebasing: whole[Self.guardByteCount..<Self.guardByteCount + byteCount])
  }

  deinit { unsafe whole.deallocate() }

  var bytes: [UInt8] { unsafe Array(memory) }

  var isIntact: Bool {
    unsafe whole.prefix(Self.guardByteCount).allSatisfy { $0 == 0xa5 }
      && whole.suffix(Self.guardByteCount).allSatisfy { $0 == 0xa5 }
  }
}
