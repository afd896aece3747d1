internal import CSnapshot
internal import Glibc

/// A file that is written from its beginning, and is on the disk when it is finished.
final class FileSink: ByteSink {
  private let path: String
  private var file: Int32
  private var byteCount = 0
  private var handedOn = 0
  // How much is left to the system before it is asked to begin to write, while more is made.
  private static let handedOnByteCount = 8 << 20

  /// Makes the file, or empties it.
  init(_ path: String) throws(Problem) {
    self.path = path
    file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw Problem(failed: "making the file", path) }
  }

  deinit { if file >= 0 { close(file) } }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Problem) {
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      let piece = unsafe UnsafeRawBufferPointer(rebasing: rest)
      let count = unsafe Glibc.write(file, piece.baseAddress, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Problem(failed: "writing", path, errno: count == 0 ? ENOSPC : errno) }
      unsafe rest = rest.dropFirst(count)
      byteCount += count
    }
    if byteCount - handedOn >= Self.handedOnByteCount {
      halo_begin_writing(file, Int64(handedOn), Int64(byteCount - handedOn))
      handedOn = byteCount
    }
  }

  func finish() throws(Problem) {
    guard fsync(file) == 0 else { throw Problem(failed: "writing to the disk", path) }
    let code = close(file)
    file = -1
    guard code == 0 else { throw Problem(failed: "closing", path) }
  }
}

/// A file that is read from its beginning.
final class FileSource: ByteSource {
  private let path: String
  private let file: Int32
  /// The bytes of the file.
  let byteCount: Int

  init(_ path: String) throws(Problem) {
    self.path = path
    // A pipe without a writer would block for ever.
    file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw Problem(failed: "opening", path) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw Problem(.inputOutput, file: path, "it is not a file")
    }
    byteCount = Int(status.st_size)
  }

  deinit { close(file) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Problem) -> Int {
    while true {
      let count = unsafe Glibc.read(file, buffer.baseAddress, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Problem(failed: "reading", path) }
      return count
    }
  }
}
