internal import Glibc

/// What one rank has found wrong, before it is known to all as a ``SnapshotError``.
struct Problem: Error, Equatable {
  var kind: SnapshotError.Kind
  var file: String
  var chunk: [Int]?
  var reason: String

  init(_ kind: SnapshotError.Kind, file: String = "", chunk: [Int]? = nil, _ reason: String) {
    (self.kind, self.file, self.chunk, self.reason) = (kind, file, chunk, reason)
  }

  /// A call of the system that failed with `errno`.
  init(failed call: String, _ file: String, errno code: Int32 = errno) {
    let kind: SnapshotError.Kind =
      switch code {
      case ENOSPC, EDQUOT, EFBIG: .diskFull
      case EACCES, EPERM, EROFS: .noPermission
      case ENOENT, ENOTDIR: .notFound
      case EEXIST, ENOTEMPTY: .alreadyExists
      case ENOMEM: .outOfMemory
      default: .inputOutput
      }
    self.init(kind, file: file, "\(call) failed: \(unsafe String(cString: strerror(code)))")
  }

  /// The same, of a file and a chunk, where it does not know of one yet.
  func at(_ file: String, chunk: [Int]? = nil) -> Problem {
    Problem(kind, file: self.file.isEmpty ? file : self.file, chunk: self.chunk ?? chunk, reason)
  }
}
