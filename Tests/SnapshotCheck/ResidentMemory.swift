import FoundationEssentials

/// The memory that this process has in use, in KiB, as Linux tells it.
enum ResidentMemory {
  static func now() throws -> Int { try figure("VmRSS:") }

  /// The most since the process began.
  static func peak() throws -> Int { try figure("VmHWM:") }

  private static func figure(_ name: String) throws -> Int {
    let path = "/proc/self/status"
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let words = lines.first { $0.hasPrefix(name) }?.split(whereSeparator: \.isWhitespace) ?? []
    guard words.count == 3, words[2] == "kB", let figure = Int(words[1]) else {
      throw SnapshotCheck.Wrong("\(path) has no line with \(name) and a number of kB")
    }
    return figure
  }
}
