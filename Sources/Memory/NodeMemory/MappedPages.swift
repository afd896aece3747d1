internal import Glibc

/// What the kernel says of how this process maps memory.
enum MappedPages {
  /// The bytes between two addresses that are mapped by pages of 2 MiB; `nil` if the kernel does not say.
  ///
  /// Counts whole mappings that lie between the addresses.
  ///
  /// - Complexity: O(mappings of the process and pages in them).
  static func hugeBytes(from start: UInt, to end: UInt) -> Int? {
    guard let file = unsafe fopen("/proc/self/smaps", "re") else { return nil }
    defer { unsafe fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { unsafe free(line) }
    var (kilobytes, isBetween) = (0, false)
    while unsafe getline(&line, &capacity, file) > 0, let line = unsafe line {
      let words = unsafe String(cString: line).split(separator: " ")
      guard let first = words.first else { continue }
      if let bounds = bounds(first) {
        isBetween = bounds.lowerBound >= start && bounds.upperBound <= end
      } else if isBetween, words.count > 1, first == "ShmemPmdMapped:" || first == "FilePmdMapped:" {
        kilobytes += Int(words[1]) ?? 0
      }
    }
    return kilobytes * 1024
  }

  /// The addresses at the beginning of a mapping's first line, such as `7fbf82600000-7fbf86600000`.
  private static func bounds(_ word: Substring) -> Range<UInt>? {
    let ends = word.split(separator: "-")
    guard ends.count == 2, let low = UInt(ends[0], radix: 16), let high = UInt(ends[1], radix: 16), low < high
    else { return nil }
    return low..<high
  }
}
