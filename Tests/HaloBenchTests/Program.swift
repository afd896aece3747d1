import Foundation
import Testing

/// The built program, run as a user runs it.
enum Program {
  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  /// Runs it with arguments, without a launcher.
  static func run(_ arguments: [String]) throws -> Result {
    let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: bundle).deletingLastPathComponent()
      .appending(path: "halo-bench")
    process.arguments = arguments
    // Files and not pipes: neither can fill up while the other is read.
    let folder = FileManager.default.temporaryDirectory.appending(path: "halo-bench-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (output, errors) = (folder.appending(path: "output"), folder.appending(path: "errors"))
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return try Result(
      status: process.terminationStatus, output: String(contentsOf: output, encoding: .utf8),
      errors: String(contentsOf: errors, encoding: .utf8))
  }

  /// The results that it writes to standard output, which must be JSON and nothing else.
  static func results(_ arguments: [String]) throws -> [[String: Any]] {
    let result = try run(arguments + ["--json", "-"])
    try #require(result.status == 0, "\(result.errors)")
    #expect(result.errors.isEmpty)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
  }
}
