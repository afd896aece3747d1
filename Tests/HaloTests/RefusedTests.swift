import Foundation
import Testing

/// Races that must not compile, shown to the compiler.
///
/// The files in `Refused/` say behind each line which error it must get (`expected-error`), in the form of the
/// compiler's own tests; the compiler fails if one is missing, differs, or if there is another.
@Suite struct RefusedTests {
  @Test(arguments: ["Ownership", "Types"])
  func refusedCodeIsRefusedForTheRightReason(file: String) throws {
    let result = try compile(file, ["-Xfrontend", "-verify"])
    #expect(result.status == 0, "\(result.output)")
  }

  @Test func allowedCodeCompiles() throws {
    let result = try compile("Allowed", [])
    #expect(result.status == 0, "\(result.output)")
  }

  /// A file without its expectations fails: the check above is not blind.
  @Test func aRaceIsAnError() throws {
    let result = try compile("Ownership", [])
    #expect(result.status != 0)
    #expect(result.output.contains("error:"))
  }

  private func compile(_ file: String, _ flags: [String]) throws -> (status: Int32, output: String) {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let products = try URL(
      fileURLWithPath: FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    )
    .deletingLastPathComponent()
    let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    var arguments = [
      "swiftc", "-swift-version", "6", "-emit-sil", "-o", "/dev/null",
      "-enable-upcoming-feature", "MemberImportVisibility",
      "-I", products.appending(path: "Modules").path,
      "-Xcc", "-fmodule-map-file=\(root.appending(path: "Sources/CMPI/module.modulemap").path)",
    ]
    arguments += try headerFlags(products)
    arguments += flags + [tests.appending(path: "Refused/\(file).swift").path]
    return try run(arguments)
  }

  /// Where the C headers of MPI and of the packages lie that the modules were built with.
  private func headerFlags(_ products: URL) throws -> [String] {
    let package = ProcessInfo.processInfo.environment["HALO_MPI_PKGCONFIG"] ?? "mpi-c"
    let includes = try run(["pkg-config", "--cflags-only-I", package]).output
      .split(whereSeparator: \.isWhitespace).flatMap { ["-Xcc", String($0)] }
    let scratch = products.deletingLastPathComponent().deletingLastPathComponent()
    let shims = scratch.appending(path: "checkouts/swift-numerics/Sources/_NumericsShims/include")
    return includes + ["-I", shims.path]
  }

  private func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
