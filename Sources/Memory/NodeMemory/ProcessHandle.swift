internal import CSharedMemory
internal import Glibc

/// Another process of this one's process namespace, whatever happens to its number.
package final class ProcessHandle: Sendable {
  private let descriptor: Int32

  /// Takes hold of a process; `nil` if the kernel (before 5.3) or the process's owner does not allow it.
  package init?(process: Int32) {
    descriptor = halo_process_file(process)
    guard descriptor >= 0 else { return nil }
  }

  deinit { _ = close(descriptor) }

  /// Whether the process has ended, in whatever way.
  package var hasEnded: Bool { halo_process_has_ended(descriptor) }
}
