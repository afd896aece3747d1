import ArgumentParser
import Glibc
import Halo

/// Where the JSON goes: a file, opened before anything is measured, or standard output.
struct OutputFile {
  /// Standard output is for the JSON alone.
  let isStandardOutput: Bool
  private let path: String
  private let descriptor: Int32

  /// Opens the file of a path; `-` is standard output.
  init(path: String) throws(ValidationError) {
    self.path = path
    isStandardOutput = path == "-"
    descriptor =
      unsafe isStandardOutput ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw ValidationError("--json \(path): cannot write to this file: \(Self.reason)")
    }
  }

  /// Opens the file of a path on rank 0, where there is a path; collective.
  ///
  /// - Throws: `ValidationError` on all ranks if it cannot be written to.
  static func opened(_ path: String?, over world: Communicator) throws -> OutputFile? {
    guard let path else { return nil }
    var file: OutputFile?
    var mistake: ValidationError?
    if world.rank == 0 {
      do throws(ValidationError) { file = try OutputFile(path: path) } catch { mistake = error }
    }
    guard try world.broadcast(mistake == nil ? 1 : 0, from: 0) == 1 else {
      throw mistake ?? ValidationError("--json \(path): rank 0 cannot write to this file")
    }
    return file
  }

  /// Writes all of a text.
  func write(_ text: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard written > 0 else { throw Failure("--json \(path): \(Self.reason)") }
      rest = rest.dropFirst(written)
    }
  }

  private static var reason: String {
    unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
  }
}

/// What ends a benchmark, in one line.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
