extension Collective {
  /// Does a collective call in memory that this thread can reach, while all its ranks wait.
  ///
  /// - Parameters:
  ///   - size: The number of ranks.
  ///   - receivers: Those of them that are to get what the call gives them.
  ///   - memory: That of each rank.
  @unsafe
  func perform(
    over size: Int, for receivers: some Collection<Int>, _ memory: (Int) -> CollectiveMemory
  ) {
    switch self {
    case .barrier, .split: break
    case .broadcast(let root, let count):
      guard let source = unsafe memory(Int(root)).destination else { return }
      for rank in receivers where rank != Int(root) {
        unsafe Collective.copy(UnsafeRawPointer(source), to: memory(rank).destination, Int(count))
      }
    case .scatter(let root, let count):
      guard let source = unsafe memory(Int(root)).source else { return }
      for rank in receivers {
        unsafe Collective.copy(source + rank * Int(count), to: memory(rank).destination, Int(count))
      }
    case .gather(let root, let count):
      if receivers.contains(Int(root)) {
        unsafe Collective.gather(Int(count), of: size, to: Int(root), memory)
      }
    case .allGather(let count):
      for receiver in receivers { unsafe Collective.gather(Int(count), of: size, to: receiver, memory) }
    case .gatherBlocks(let root, let blocks):
      for receiver in receivers where root == nil || root == Int32(receiver) {
        for rank in 0..<size {
          unsafe Collective.copy(
            memory(rank).source, to: memory(receiver).destination, at: Int(blocks.offsets[rank]),
            Int(blocks.counts[rank]))
        }
      }
    case .reduce(let root, let reduction, let type, let count):
      let byteCount = Int(count) * type.byteCount
      let result = UnsafeMutableRawPointer.allocate(byteCount: max(1, byteCount), alignment: 16)
      defer { unsafe result.deallocate() }
      unsafe Collective.copy(UnsafeRawPointer(memory(0).destination), to: result, byteCount)
      for rank in 1..<max(1, size) {
        guard let values = unsafe memory(rank).destination else { continue }
        unsafe reduction.combine(UnsafeRawPointer(values), into: result, count: Int(count), of: type)
      }
      for receiver in receivers where root == nil || root == Int32(receiver) {
        unsafe Collective.copy(UnsafeRawPointer(result), to: memory(receiver).destination, byteCount)
      }
    }
  }

  private static func gather(
    _ count: Int, of size: Int, to receiver: Int, _ memory: (Int) -> CollectiveMemory
  ) {
    for rank in 0..<size {
      unsafe copy(memory(rank).source, to: memory(receiver).destination, at: rank * count, count)
    }
  }

  private static func copy(
    _ source: UnsafeRawPointer?, to destination: UnsafeMutableRawPointer?, at offset: Int = 0,
    _ byteCount: Int
  ) {
    guard byteCount > 0, let source = unsafe source, let destination = unsafe destination else { return }
    unsafe (destination + offset).copyMemory(from: source, byteCount: byteCount)
  }
}
