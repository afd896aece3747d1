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
