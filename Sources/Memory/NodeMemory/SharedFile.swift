internal import CSharedMemory
internal import Glibc

/// An open file of memory that several processes can map.
///
/// It is sparse: only what is written to takes memory. The memory itself lives on while it is mapped anywhere.
package final class SharedFile: Sendable {
  /// Which file it is, the same in every process of a machine.
  package struct Identity: Hashable, Sendable {
    /// The file system.
    package let device: UInt64
    /// The file in it.
    package let number: UInt64

    /// Names a file by its place.
    package init(device: UInt64, number: UInt64) {
      self.device = device
      self.number = number
    }
  }

  /// The number of the open file in this process.
  package let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { _ = close(descriptor) }

  /// A file without a name: nothing of it is left when no process has it open or maps it.
  package static func unnamed(byteCount: Int) throws(SharedMemoryError) -> SharedFile {
    let descriptor = unsafe halo_memory_file("halo")
    guard descriptor >= 0 else { throw SharedMemoryError("memfd_create") }
    return try sized(SharedFile(descriptor: descriptor), byteCount)
  }

  /// A new file of a name, for this user alone.
  package static func created(at path: String, byteCount: Int) throws(SharedMemoryError) -> SharedFile {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw SharedMemoryError("open \(path)") }
    do throws(SharedMemoryError) {
      return try sized(SharedFile(descriptor: descriptor), byteCount)
    } catch {
      remove(path)
      throw error
    }
  }

  /// A file that another process has made; refused if it is not the one that is meant.
  package static func opened(at path: String, being identity: Identity) throws(SharedMemoryError)
    -> SharedFile
  {
    let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw SharedMemoryError("open \(path)") }
    let file = SharedFile(descriptor: descriptor)
    guard try file.identity() == identity else {
      throw SharedMemoryError("open \(path)", reason: "leads to another file")
    }
    return file
  }

  private static func sized(_ file: SharedFile, _ byteCount: Int) throws(SharedMemoryError) -> SharedFile {
    // What lies beyond the limit of a file's size is refused with a signal that ends the process.
    var limit = rlimit()
    guard
      unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) != 0 || limit.rlim_cur >= byteCount
    else {
      throw SharedMemoryError("ftruncate", reason: "the limit of a file's size is \(limit.rlim_cur) bytes")
    }
    guard ftruncate(file.descriptor, byteCount) == 0 else { throw SharedMemoryError("ftruncate") }
    return file
  }

  /// Takes the name of a file away; those who have it open keep it.
  package static func remove(_ path: String) { _ = unsafe unlink(path) }

  /// The way by which other processes of this one's process namespace can open the file.
  package static func path(of descriptor: Int32, ofProcess process: Int32) -> String {
    "/proc/\(process)/fd/\(descriptor)"
  }

  /// Which file it is.
  package func identity() throws(SharedMemoryError) -> Identity {
    let status = try status()
    return Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }

  /// The bytes that take memory now.
  package func allocatedBytes() throws(SharedMemoryError) -> Int { Int(try status().st_blocks) * 512 }

  private func status() throws(SharedMemoryError) -> stat {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SharedMemoryError("fstat") }
    return status
  }
}

// MARK: - Places that live as long as their process

extension SharedFile {
  /// Marks a place as taken, until this process ends in whatever way or closes the file; whether that worked.
  package func hold(place: Int) -> Bool { halo_lock_byte(descriptor, Int64(place)) }

  /// Whether another opening of the file holds a place; true if that cannot be found out.
  package func isHeld(place: Int) -> Bool { halo_is_byte_locked(descriptor, Int64(place)) }
}
