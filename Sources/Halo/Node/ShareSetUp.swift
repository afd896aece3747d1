internal import MPI
internal import Memory

/// The steps by which processes come to share memory, all of them together; collective.
///
/// Each step is one that any process may find refused; then all of them learn of it, and none goes on.
struct ShareSetUp {
  private let processes: [SharingProcess]
  private let group: Communicator

  /// - Parameters:
  ///   - processes: The processes, in the order of the group's ranks.
  ///   - group: A communicator of them alone.
  init(of processes: [SharingProcess], over group: Communicator) {
    self.processes = processes
    self.group = group
  }

  /// Shares memory in one way, or says why that was refused, the same on all ranks.
  func share(by way: SharingWay) throws(MPIError) -> Result<NodeShare, SharedMemoryError> {
    switch way {
    case .memfd: try shareFile(named: false)
    case .posix: try shareFile(named: true)
    case .mpi: try shareWindow()
    }
  }

  /// Takes a step; a refusal if any rank's was refused.
  private func agreed<Value>(
    _ step: () throws(SharedMemoryError) -> Value
  ) throws(MPIError) -> Result<Value, SharedMemoryError> {
    let outcome = Result<Value, SharedMemoryError>.init { () throws(SharedMemoryError) in try step() }
    let own = if case .failure(let refusal) = outcome { [refusal.step, refusal.reason] } else { [String]() }
    let all = try group.allGatherUnlessEqual(TextList(own).encoded, insisting: !own.isEmpty)
    guard let first = all?.first(where: { !$0.isEmpty }) else { return outcome }
    let words = TextList(decoding: first).texts
    return .failure(SharedMemoryError(words[0], reason: words[1]))
  }

  private func share(
    _ mapping: SharedMapping, partByteCount: Int, by way: SharingWay, pulses: [NodeShare.Pulse]
  ) -> NodeShare {
    let own = processes[group.rank]
    let part = group.rank * partByteCount..<(group.rank + 1) * partByteCount
    let arena = NodeArena(mapping, part: part, name: "shared memory of \(processes.count) ranks") { problem in
      own.warn("\(problem): some fields are in memory of this rank alone, and their halos go in messages")
    }
    return NodeShare(arena: arena, members: processes.map(\.token), way: way, pulses: pulses)
  }

  /// Every rank maps the memory of all, and leaves its token in its own part; then it looks for those of all others.
  private func mapped(
    partByteCount: Int, _ map: () throws(SharedMemoryError) -> SharedMapping
  ) throws(MPIError) -> Result<SharedMapping, SharedMemoryError> {
    let attempt = try agreed { () throws(SharedMemoryError) in
      let mapping = try map()
      try mapping.mark(at: group.rank * partByteCount, with: processes[group.rank].token)
      return mapping
    }
    guard case .success(let mapping) = attempt else { return attempt }
    let check = try agreed { () throws(SharedMemoryError) in
      for (part, process) in processes.enumerated()
      where mapping.mark(at: part * partByteCount) != process.token {
        throw SharedMemoryError("mmap", reason: "the memory of rank \(process.rank) is not seen by all")
      }
      return mapping
    }
    mapping.unmark(at: group.rank * partByteCount)
    return check
  }
}

// MARK: - Files

extension ShareSetUp {
  /// All parts together take no more addresses than this, of the 2⁴⁷ bytes that a process has.
  private static var mostBytes: Int { 16 << 40 }

  /// The bytes of each process's part: as many as the smallest machine among theirs has, if the addresses suffice.
  private var partByteCount: Int {
    let page = 2 << 20
    let memory = processes.map(\.memoryByteCount).min() ?? 0
    return min(memory, Self.mostBytes / processes.count).rounded(upToMultipleOf: page)
  }

  private func shareFile(named: Bool) throws(MPIError) -> Result<NodeShare, SharedMemoryError> {
    let file: SharedFile
    switch try openedFile(named: named) {
    case .success(let opened): file = opened
    case .failure(let refusal): return .failure(refusal)
    }
    let (partByteCount, byteCount) = (partByteCount, partByteCount * processes.count)
    let attempt = try mapped(partByteCount: partByteCount) { () throws(SharedMemoryError) in
      _ = file.hold(place: group.rank)
      return try SharedMapping(file, byteCount: byteCount)
    }
    return attempt.map { mapping in
      let pulses = processes.indices.map { place in
        file.isHeld(place: place) ? NodeShare.Pulse.place(place, of: file) : .hidden
      }
      return share(mapping, partByteCount: partByteCount, by: named ? .posix : .memfd, pulses: pulses)
    }
  }

  /// The first rank makes a file, and all others open it; then its name, if it has one, goes.
  private func openedFile(named: Bool) throws(MPIError) -> Result<SharedFile, SharedMemoryError> {
    let byteCount = partByteCount * processes.count
    let made = Result { () throws(SharedMemoryError) -> (SharedFile, FileOffer)? in
      group.rank == 0 ? try FileOffer.making(byteCount: byteCount, named: named) : nil
    }
    let own = (try? made.get())?.1 ?? .none
    let offer: FileOffer
    let file: Result<SharedFile, SharedMemoryError>
    do throws(MPIError) {
      offer = try group.broadcast(own, from: 0)
      file = try agreed { () throws(SharedMemoryError) in
        if let (file, _) = try made.get() { return file }
        return try offer.opened()
      }
    } catch {
      own.removeName()
      throw error
    }
    own.removeName()
    return file
  }
}

// MARK: - Windows

extension ShareSetUp {
  private static var mostWindowBytes: Int { 256 << 20 }
  private static var leastWindowBytes: Int { 16 << 20 }

  private func shareWindow() throws(MPIError) -> Result<NodeShare, SharedMemoryError> {
    let window: SharedWindow
    do throws(MPIError) {
      window = try SharedWindow.largest(from: Self.mostWindowBytes, to: Self.leastWindowBytes, over: group)
    } catch {
      if case .timeLimit = error.reason { throw error }
      return .failure(SharedMemoryError(error.function, reason: error.message))
    }
    let partByteCount = window.partByteCount
    let attempt = try mapped(partByteCount: partByteCount) { () throws(SharedMemoryError) in
      try unsafe SharedMapping(copyOf: window.base, byteCount: partByteCount * processes.count)
    }
    let here = processes[group.rank].processNamespace
    return attempt.map { mapping in
      let pulses = processes.map { process in
        let handle = process.processNamespace == here ? ProcessHandle(process: process.number) : nil
        return handle.map { NodeShare.Pulse.process($0) } ?? .hidden
      }
      return share(mapping, partByteCount: partByteCount, by: .mpi, pulses: pulses)
    }
  }
}
