internal import Glibc

/// Files and folders, by their paths.
enum Files {
  /// What there is at a path.
  enum Kind { case nothing, folder, other }

  static func kind(of path: String) -> Kind {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return .nothing }
    return status.st_mode & S_IFMT == S_IFDIR ? .folder : .other
  }

  /// The folder that a path is in.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of a path.
  static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  static func makeFolder(_ path: String, mayExist: Bool = false) throws(Problem) {
    guard unsafe mkdir(path, 0o777) != 0 else { return }
    if mayExist, errno == EEXIST, kind(of: path) == .folder { return }
    throw Problem(failed: "making the folder", path)
  }

  /// Makes a folder and those that it is in.
  static func makeFolders(to path: String) throws(Problem) {
    if kind(of: path) == .folder { return }
    let parent = folder(of: path)
    if parent != path { try makeFolders(to: parent) }
    try makeFolder(path, mayExist: true)
  }

  /// Gives what is at a path another one in the same file system, in one step.
  static func rename(_ path: String, to destination: String) throws(Problem) {
    guard unsafe Glibc.rename(path, destination) == 0 else {
      throw Problem(failed: "renaming it to \(destination)", path)
    }
  }

  /// The names of what is in a folder.
  static func names(in folder: String) throws(Problem) -> [String] {
    guard let stream = unsafe opendir(folder) else { throw Problem(failed: "opening the folder", folder) }
    defer { _ = unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Removes a file, or a folder and what is in it; nothing, if nothing is there.
  static func remove(_ path: String) throws(Problem) {
    switch kind(of: path) {
    case .nothing: return
    case .other:
      guard unsafe unlink(path) == 0 else { throw Problem(failed: "removing it", path) }
    case .folder:
      for name in try names(in: path) { try remove("\(path)/\(name)") }
      guard unsafe rmdir(path) == 0 else { throw Problem(failed: "removing the folder", path) }
    }
  }

  /// Waits until a folder's list of names is on the disk.
  static func synchronize(folder: String) throws(Problem) {
    let file = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw Problem(failed: "opening the folder", folder) }
    defer { close(file) }
    // Some file systems have nothing to wait for and say so.
    guard fsync(file) == 0 || errno == EINVAL else { throw Problem(failed: "writing the folder", folder) }
  }

  /// The same for a folder and all folders in it.
  static func synchronize(tree: String) throws(Problem) {
    for name in try names(in: tree) where kind(of: "\(tree)/\(name)") == .folder {
      try synchronize(tree: "\(tree)/\(name)")
    }
    try synchronize(folder: tree)
  }

  /// The bytes of a file of at most `limit` bytes.
  static func bytes(of path: String, limit: Int) throws(Problem) -> [UInt8] {
    let source = try FileSource(path)
    guard source.byteCount <= limit else {
      throw Problem(
        .invalidMetadata, file: path, "it has \(source.byteCount) bytes; at most \(limit) are read")
    }
    var bytes: [UInt8] = []
    let piece = CodecPiece()
    while bytes.count < source.byteCount {
      let count = try unsafe source.read(into: piece.room)
      if count == 0 { break }
      unsafe bytes.append(contentsOf: piece.room[..<count])
    }
    return bytes
  }

  /// Writes a file that takes the place of another one, or of none, in one step.
  ///
  /// The folder's list of names may still have to be written to the disk.
  static func replace(_ path: String, with bytes: [UInt8], through codecs: Codecs? = nil) throws(Problem) {
    let aside = "\(folder(of: path))/.\(name(of: path)).new"
    let file = try FileSink(aside)
    let sink = try codecs?.encoder(into: file) ?? file
    try unsafe bytes.span.withUnsafeBytes { (bytes) throws(Problem) in try unsafe sink.write(bytes) }
    try sink.finish()
    try rename(aside, to: path)
  }
}
