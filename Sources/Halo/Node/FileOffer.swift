internal import Glibc
internal import Memory
internal import Strided

/// A file of shared memory that one process has made, as it tells the others of it.
struct FileOffer: BitwiseCopyable, ArrayElement {
  /// Where files of a name are made.
  static let folder = "/dev/shm"

  private let device: UInt64
  private let number: UInt64
  private let descriptor: Int32
  private let process: Int32
  /// A random part of the name; 0 for a file without one.
  private let name: UInt64

  /// No file, because none could be made.
  static let none = FileOffer(device: 0, number: 0, descriptor: -1, process: 0, name: 0)

  private init(device: UInt64, number: UInt64, descriptor: Int32, process: Int32, name: UInt64) {
    (self.device, self.number, self.descriptor, self.process, self.name) =
      (device, number, descriptor, process, name)
  }

  /// Makes a file, of a random name or of none.
  static func making(byteCount: Int, named: Bool) throws(SharedMemoryError) -> (SharedFile, FileOffer) {
    let name = named ? UInt64.random(in: 1...UInt64.max) : 0
    let file =
      named
      ? try SharedFile.created(at: path(ofName: name), byteCount: byteCount)
      : try SharedFile.unnamed(byteCount: byteCount)
    do throws(SharedMemoryError) {
      let identity = try file.identity()
      return (
        file,
        FileOffer(
          device: identity.device, number: identity.number, descriptor: file.descriptor, process: getpid(),
          name: name)
      )
    } catch {
      if named { SharedFile.remove(path(ofName: name)) }
      throw error
    }
  }

  /// Opens the file in another process.
  func opened() throws(SharedMemoryError) -> SharedFile {
    try SharedFile.opened(
      at: name == 0 ? SharedFile.path(of: descriptor, ofProcess: process) : Self.path(ofName: name),
      being: SharedFile.Identity(device: device, number: number))
  }

  /// Takes the file's name away, if it has one.
  func removeName() {
    if name != 0 { SharedFile.remove(Self.path(ofName: name)) }
  }

  private static func path(ofName name: UInt64) -> String {
    "\(folder)/halo-\(String(name, radix: 16))"
  }
}
