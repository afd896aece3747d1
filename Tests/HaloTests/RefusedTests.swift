import Foundation
import Testing

/// Races that must not compile, shown to the compiler.
///
/// Each line of the files in `Refused/` that must be refused ends in `// error:` and words of the message that it
/// must get. No other line may be refused.
@Suite struct RefusedTests {
  @Test(arguments: ["Ownership", "Types"])
  func refusedCodeIsRefusedForTheRightReason(file: String) throws {
    let source = try String(contentsOf: Self.source(file), encoding: .utf8)
    var expected: [Int: String] = [:]
    for (index, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let mark = line.range(of: "// error: ") { expected[index + 1] = String(line[mark.upperBound...]) }
    }
    #expect(expected.count > 8)

    let result = try compile(file)
    #expect(result.status != 0)
    var found: [Int: [String]] = [:]
    for match in result.output.matches(of: /(?m)^.*\.swift:(\d+):\d+: error: (.*)$/) {
      let line = try #require(Int(match.1))
      found[line, default: []].append(String(match.2))
    }
    for (line, words) in expected {
      let isFound = found[line, default: []].contains { $0.contains(words) }
      #expect(isFound, "\(file).swift:\(line) must be refused: \(words); found \(found[line] ?? [])")
    }
    for (line, messages) in found {
      #expect(expected[line] != nil, "\(file).swift:\(line) is refused, and must not be: \(messages)")
    }
  }

  @Test func allowedCodeCompiles() throws {
    let result = try compile("Allowed")
    #expect(result.status == 0, "\(result.output)")
  }

  private static func source(_ file: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Refused/\(file).swift")
  }

  private func compile(_ file: String) throws -> (status: Int32, output: String) {
    let products = try URL(
      fileURLWithPath: FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    )
    .deletingLastPathComponent()
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    var arguments = [
      "swiftc", "-swift-version", "6", "-emit-sil", "-o", "/dev/null",
      "-enable-upcoming-feature", "MemberImportVisibility",
      "-I", products.appending(path: "Modules").path,
      "-Xcc", "-fmodule-map-file=\(root.appending(path: "Sources/CMPI/module.modulemap").path)",
      "-Xcc", "-fmodule-map-file=\(root.appending(path: "Sources/CPrefetch/module.modulemap").path)",
    ]
    arguments += try headerFlags(products)
    arguments.append(Self.source(file).path)
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
