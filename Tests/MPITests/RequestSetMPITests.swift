import MPI
import MPITesting
import Testing

@Suite(.serialized, .mpi) struct RequestSetMPITests {
  let world = MPITesting.world
  var right: Int { (world.rank + 1) % world.size }
  var left: Int { (world.rank + world.size - 1) % world.size }

  /// Memory that stays where it is.
  @safe private final class Memory {
    let start: UnsafeMutablePointer<Int>
    let count: Int

    init(count: Int) {
      self.count = count
      unsafe start = .allocate(capacity: count)
      unsafe start.initialize(repeating: -1, count: count)
    }
    deinit { unsafe start.deallocate() }

    subscript(index: Int) -> Int {
      get { unsafe start[index] }
      set { unsafe start[index] = newValue }
    }
    var values: [Int] { (0..<count).map { self[$0] } }
  }

  /// Receives from both neighbours into words 0 and 1, and sends words 2 and 3 to them.
  private func ring(_ memory: Memory) throws -> RequestSet {
    var requests = RequestSet(capacity: 5, on: world)
    _ = try unsafe requests.addPersistentReceive(memory.start, byteCount: 8, from: left, tag: 0)
    _ = try unsafe requests.addPersistentReceive(memory.start + 1, byteCount: 8, from: right, tag: 1)
    _ = try unsafe requests.addPersistentSend(memory.start + 2, byteCount: 8, to: right, tag: 0)
    let last = try unsafe requests.addPersistentSend(memory.start + 3, byteCount: 8, to: left, tag: 1)
    #expect(last == 3)
    return requests
  }

  /// Looks until some have completed; how many, and 0 if none has within the time limit.
  private func look(at requests: inout RequestSet) throws(MPIError) -> Int {
    var patience = Patience(world)
    while true {
      let number = try requests.testSome()
      if number > 0 || patience.isSpent() { return number }
    }
  }

  @Test func runsManyTimes() throws {
    let memory = Memory(count: 4)
    var requests = try ring(memory)
    var matches = 0
    for step in 0..<500 {
      memory[2] = 1000 * step + world.rank
      memory[3] = -memory[2]
      try requests.startAll()
      try requests.waitAll()
      if memory[0] == 1000 * step + left && memory[1] == -(1000 * step + right) { matches += 1 }
    }
    try expectOnAllRanks(matches == 500 && requests.pendingCount == 0 && requests.count == 4)
  }

  @Test func tellsWhichHaveCompleted() throws {
    let memory = Memory(count: 4)
    var requests = try ring(memory)
    memory[2] = world.rank
    memory[3] = world.rank
    for _ in 0..<50 {
      try requests.start(0..<2)
      try requests.start(2)
      try requests.start(3)
      var completed: Set<Int> = []
      while requests.pendingCount > 0 {
        let number = try look(at: &requests)
        try #require(number > 0)
        for position in 0..<number { completed.insert(requests.completedIndex(position)) }
      }
      #expect(completed == [0, 1, 2, 3])
    }
    try expectOnAllRanks(memory.values == [left, right, world.rank, world.rank])
    try expectOnAllRanks(try requests.testSome() == 0)
  }

  @Test func tellsWhoIsAwaited() throws {
    let memory = Memory(count: 4)
    var requests = try ring(memory)
    try requests.start(1)
    #expect(requests.isPending(1) && !requests.isPending(0) && requests.pendingIndices == [1])
    var message: String?
    do {
      try requests.waitAll(timeLimit: .milliseconds(50))
    } catch {
      message = error.description
    }
    #expect(
      message
        == "MPI_Recv_init on rank \(world.rank) of \(world.size), peer rank \(right), tag 1: waited 0.05 s for "
        + "rank \(right) with tag 1; if that is too short, set HALO_TIMEOUT to more seconds (0: no limit)")
    #expect(requests.pendingIndices == [1])
    try world.barrier()
    memory[3] = 40 + world.rank
    try requests.start(3)
    try requests.waitAll()
    try expectOnAllRanks(memory[1] == 40 + right)
  }

  @Test func cancelsWhatNoMessageHasMet() throws {
    let memory = Memory(count: 4)
    var requests = try ring(memory)
    try requests.start(0..<2)
    try expectOnAllRanks(requests.cancel() && requests.pendingCount == 0)
    memory[2] = 5
    memory[3] = 6
    try world.barrier()
    try requests.startAll()
    try requests.waitAll()
    try expectOnAllRanks(memory.values == [5, 6, 5, 6])
  }

  @Test func isFreedWhilePending() throws {
    let memory = Memory(count: 4)
    do {
      var requests = try ring(memory)
      try requests.start(0..<2)
    }
    try expectOnAllRanks(memory.values == [-1, -1, -1, -1])
  }

  @Test func refusesMessagesOfAnotherSize() throws {
    let memory = Memory(count: 4)
    var requests = RequestSet(capacity: 1, on: world)
    _ = try unsafe requests.addPersistentReceive(memory.start, byteCount: 16, from: left, tag: 0)
    try requests.startAll()
    let send = try world.startSend([UInt8](repeating: 1, count: 12).span, to: right, tag: 0)
    var found: MPIError?
    do { try requests.waitAll() } catch { found = error }
    try send.wait()
    try expectOnAllRanks(found?.reason == .messageSize(expected: 16, found: 12))

    // Open MPI does not tell of a message to oneself that was cut off.
    if world.size > 1 {
      try requests.startAll()
      let long = try world.startSend([UInt8](repeating: 1, count: 20).span, to: right, tag: 0)
      do { try requests.waitAll() } catch { found = error }
      try long.wait()
      try expectOnAllRanks(found?.errorClassName == "MPI_ERR_TRUNCATE")

      try requests.startAll()
      let longer = try world.startSend([UInt8](repeating: 1, count: 24).span, to: right, tag: 0)
      do { _ = try look(at: &requests) } catch { found = error }
      try longer.wait()
      try expectOnAllRanks(found?.errorClassName == "MPI_ERR_TRUNCATE" && found?.peer == left)
    }
    try expectOnAllRanks(requests.pendingCount == 0)
  }

  @Test func refusesPeersThatAreNoRanks() throws {
    var found: MPIError?
    var requests = RequestSet(capacity: 1, on: world)
    do { _ = try unsafe requests.addPersistentSend(nil, byteCount: 0, to: world.size, tag: 0) } catch {
      found = error
    }
    try expectOnAllRanks(
      found?.function == "MPI_Send_init" && found?.peer == world.size && requests.count == 0)
  }
}
