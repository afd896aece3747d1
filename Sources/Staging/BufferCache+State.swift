internal import Memory
internal import Strided

extension BufferCache {
  /// What the lock protects.
  struct State {
    private(set) var statistics = Statistics()

    // A line stays here as long as it has idle buffers or buffers lent out, and no longer: shapes that are never
    // used again leave nothing behind.
    private var lines: [BufferKey: BufferLine] = [:]

    // Of the lines, the one that was asked for last: most often the one that is asked for next.
    private var recent: BufferLine?

    private var givenBackCount: UInt64 = 0

    func heldBufferCount(for key: BufferKey) -> Int {
      lines[key]?.idle.count ?? 0
    }

    /// The line of a key with one buffer more lent out, and the memory that came back to it last, if any; `nil` if
    /// no memory can have the size.
    mutating func lend(_ key: BufferKey) -> (BufferLine, BufferMemory?)? {
      guard let line = line(of: key) else { return nil }
      let byteCount = line.layout.byteCount
      line.lentCount += 1
      statistics.lentBuffers += 1
      statistics.lentBytes += byteCount
      guard let reused = line.next() else {
        statistics.misses += 1
        return (line, nil)
      }
      statistics.hits += 1
      statistics.heldBuffers -= 1
      statistics.heldBytes -= byteCount
      return (line, reused.memory)
    }

    private mutating func line(of key: BufferKey) -> BufferLine? {
      if let recent, recent.key == key { return recent }
      guard let line = lines[key] ?? BufferLine(key) else { return nil }
      if line.lentCount == 0, line.idle.isEmpty { lines[key] = line }
      recent = line
      return line
    }

    /// Takes note that a buffer of a line is no longer lent out, and is not coming back.
    mutating func writeOff(_ line: BufferLine) {
      endLoan(line)
      removeIfUnused(line)
    }

    /// Puts memory back into its line, and takes out what is then too much.
    ///
    /// - Returns: Memory to be freed after the lock.
    mutating func takeBack(
      _ memory: BufferMemory, _ line: BufferLine, limit: Int
    ) -> ContiguousArray<BufferMemory> {
      let byteCount = line.layout.byteCount
      // No bytes would never reach the limit, however many there are of them.
      guard byteCount > 0, byteCount <= limit else {
        statistics.evictions += 1
        writeOff(line)
        return []
      }
      endLoan(line)
      givenBackCount += 1
      line.idle.append(BufferLine.Idle(memory: memory, givenBackAt: givenBackCount))
      statistics.heldBuffers += 1
      statistics.heldBytes += byteCount
      return statistics.heldBytes > limit ? evict(toBytes: limit) : []
    }

    /// Takes out the memory that came back longest ago, until no more than this many bytes are held.
    ///
    /// - Returns: Memory to be freed after the lock.
    mutating func evict(toBytes limit: Int) -> ContiguousArray<BufferMemory> {
      var evicted: ContiguousArray<BufferMemory> = []
      while statistics.heldBytes > limit, let line = lineIdleLongest() {
        evicted.append(line.idle.removeFirst().memory)
        statistics.evictions += 1
        statistics.heldBuffers -= 1
        statistics.heldBytes -= line.layout.byteCount
        removeIfUnused(line)
      }
      return evicted
    }

    private func lineIdleLongest() -> BufferLine? {
      var longest: (line: BufferLine, givenBackAt: UInt64)?
      for line in lines.values {
        guard let first = line.idle.first else { continue }
        if first.givenBackAt < longest?.givenBackAt ?? .max { longest = (line, first.givenBackAt) }
      }
      return longest?.line
    }

    private mutating func endLoan(_ line: BufferLine) {
      line.lentCount -= 1
      statistics.lentBuffers -= 1
      statistics.lentBytes -= line.layout.byteCount
    }

    private mutating func removeIfUnused(_ line: BufferLine) {
      guard line.lentCount == 0, line.idle.isEmpty else { return }
      lines[line.key] = nil
      if recent === line { recent = nil }
    }
  }
}
