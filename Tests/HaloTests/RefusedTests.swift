import Foundation
import Testing

/// Races that must not compile, shown to the compiler.
///
/// Each line of the files in `Refused/` that must be refused ends in `// error:` and words of the message that it
/// must get. No other line may be refused.
@Suite struct RefusedTests {
  @Test(arguments: ["Buffers", "Exports", "Ownership", "Requests", "Threads", "Types"])
  func refusedCodeIsRefusedForTheRightReason(file: String) throws {
    let source = try String(contentsOf: Self.source(file), encoding: .utf8)
    var expected: [Int: String] = [:]
    for (index, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let mark = line.range(of: "// error: ") { expected[index + 1] = String(line[mark.upperBound...]) }
    }
    #expect(expected.count > 5)

    let result = try compile(Self.source(file))
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
    let result = try compile(Self.source("Allowed"))
    #expect(result.status == 0, "\(result.output)")
  }

  /// The code of README.md compiles: whole programs and types as they stand, statements within a function.
  @Test func readmeCompiles() throws {
    let text = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var count = 0
    for match in text.matches(of: /(?s)```swift\n(.*?)```/) {
      var code = String(match.1)
      if code.hasPrefix("dependencies:") { continue }  // part of a package's manifest
      if code.hasPrefix("struct ") { code = "import Halo\n" + code }
      if !code.hasPrefix("import ") {
        code = """
          import Halo
          func statements(_ field: borrowing Field<Double, 2>, _ world: Communicator, _ timer: Timer) throws {
          \(code)
          }
          """
      }
      let file = folder.appending(path: "block\(count).swift")
      try code.write(to: file, atomically: true, encoding: .utf8)
      let result = try compile(file)
      #expect(result.status == 0, "\(code)\(result.output)")
      count += 1
    }
    #expect(count >= 4)
  }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func source(_ file: String) -> URL {
    root.appending(path: "Tests/HaloTests/Refused/\(file).swift")
  }

  private func compile(_ file: URL) throws -> (status: Int32, output: String) {
    let products = try URL(
      fileURLWithPath: FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    )
    .deletingLastPathComponent()
    var arguments = [
      "swiftc", "-swift-version", "6", "-emit-sil", "-o", "/dev/null",
      "-enable-upcoming-feature", "MemberImportVisibility",
      "-I", products.appending(path: "Modules").path,
    ]
    arguments += try moduleMaps(products).flatMap { ["-Xcc", "-fmodule-map-file=\($0.path)"] }
    arguments += try headerFlags(products)
    arguments.append(file.path)
    return try run(arguments)
  }

  /// Those of the modules in C: in the sources where they are headers alone, and the package manager's own.
  private func moduleMaps(_ products: URL) throws -> [URL] {
    let sources = Self.root.appending(path: "Sources")
    let written = try FileManager.default.contentsOfDirectory(at: sources, includingPropertiesForKeys: nil)
      .map { $0.appending(path: "module.modulemap") }
      .filter { FileManager.default.fileExists(atPath: $0.path) }
    return written + [products.appending(path: "CAccelerators.build/module.modulemap")]
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
