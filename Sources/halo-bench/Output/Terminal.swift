import Glibc

/// Writes a line to standard error.
func writeError(_ line: String) {
  writeToStandardError("halo-bench: \(line)\n")
}

private func writeToStandardError(_ text: String) {
  let bytes = Array(text.utf8)
  _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// The environment variable of a name, if it is set.
func environment(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// Whether a launcher such as mpirun started this process.
var isLaunched: Bool {
  ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"].contains { environment($0) != nil }
}

/// A line on the terminal that says what is being measured, and is gone when something else is written.
///
/// Where standard error is no terminal, there is none; nor under a launcher, which may make any output one.
struct Progress {
  private let isShown: Bool

  init() {
    isShown = !isLaunched && isatty(STDERR_FILENO) == 1
  }

  /// Replaces the line.
  func show(_ line: String) {
    guard isShown else { return }
    writeToStandardError("\r\u{1b}[K\(line)")
  }

  /// Takes the line away.
  func clear() { show("") }
}
