internal import Glibc

/// Keeps others that ask for it from writing to a folder, until it goes or the program ends, however it ends.
final class FolderLock {
  private let file: Int32

  /// Takes the lock, or says that another one has it; never waits.
  init(of folder: String) throws(Problem) {
    file = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw Problem(failed: "opening the folder", folder) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(file)
      guard code == EWOULDBLOCK else { throw Problem(failed: "locking the folder", folder, errno: code) }
      throw Problem(
        .inUse, file: folder, "another program is writing to it: wait for its end, or take another folder")
    }
  }

  deinit { close(file) }
}
