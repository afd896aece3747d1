import Glibc
import Halo
import MPITesting
import Testing

@testable import Halo

/// Memory that the ranks of a node share: written by one, read by all others.
@Suite(.serialized, .mpi) struct NodeMemoryMPITests {
  /// Words of one rank, in memory of an allocator.
  private struct Words: ~Copyable {
    private var allocation: Allocation
    let count: Int

    init(_ count: Int, allocator: Allocator) throws {
      allocation = try Allocation(count: count, of: Int.self, allocator: allocator)
      self.count = count
    }

    var address: UnsafeMutableRawPointer { unsafe allocation.base }
    var byteCount: Int { allocation.byteCount }

    var isZero: Bool {
      let words = allocation.span(as: Int.self)
      for index in words.indices where words[index] != 0 { return false }
      return true
    }

    mutating func fill(salt: Int) {
      var words = allocation.mutableSpan(as: Int.self)
      for index in words.indices { words[index] = Self.value(index, salt) }
    }

    static func value(_ index: Int, _ salt: Int) -> Int { index &* 7919 &+ salt &* 1_000_003 }

    /// The first of some words anywhere that does not hold its value.
    static func firstWrong(at address: UnsafeMutableRawPointer, count: Int, salt: Int) -> String? {
      let words = unsafe UnsafeBufferPointer(start: address.assumingMemoryBound(to: Int.self), count: count)
      for index in 0..<count where unsafe words[index] != value(index, salt) {
        return unsafe "word \(index) of \(count): expected \(value(index, salt)), found \(words[index])"
      }
      return nil
    }
  }

  private var world: Communicator { MPITesting.world }
  private var isAlone: Bool { MPITesting.isLaunched && world.size == 1 }

  @Test func everyRankIsReached() throws {
    let memory = try NodeMemory.joined(by: world)
    try expectOnAllRanks((0..<world.size).allSatisfy { memory.reaches(rank: $0) == !isAlone })
    let isShared = MPITesting.isLaunched && world.size > 1
    try expectOnAllRanks((memory.allocator == .hugePages) == !isShared)
    try expectOnAllRanks((0..<world.size).allSatisfy { !memory.hasEnded(rank: $0) })
  }

  @Test func whatOneRankWritesAllOthersRead() throws {
    guard !isAlone else { return }
    let memory = try NodeMemory.joined(by: world)
    for (round, count) in [1, 12, 5000, 131_073, 400_000, 3_000_001].enumerated() {
      var own = try Words(count, allocator: memory.allocator)
      try expectOnAllRanks(own.isZero)
      own.fill(salt: world.rank + 100 * round)
      let location = unsafe memory.location(of: own.address, byteCount: own.byteCount)
      let locations = try world.allGather(location ?? -1)
      try expectOnAllRanks(!locations.contains(-1))
      var wrong: [String] = []
      for (rank, location) in locations.enumerated() {
        let address = unsafe memory.address(at: location)
        unsafe Words.firstWrong(at: address, count: count, salt: rank + 100 * round).map { wrong.append($0) }
      }
      try expectOnAllRanks(wrong.isEmpty, "\(wrong)")
      // And the other way round: the rank below writes all words anew.
      let above = (world.rank + 1) % world.size
      let words = unsafe memory.address(at: locations[above]).assumingMemoryBound(to: Int.self)
      for index in 0..<count { unsafe words[index] = Words.value(index, above - 50) }
      try world.barrier()
      let mine = unsafe Words.firstWrong(at: own.address, count: count, salt: world.rank - 50)
      try expectNothingWrong(mine)
    }
  }

  @Test func fieldsOnGridsAreShared() throws {
    let grid = try CartesianGrid(global: [8 * world.size, 6], periodic: true, over: world)
    let memory = try NodeMemory.joined(by: world)
    func isShared(_ field: borrowing Field<Double, 2>) -> Bool {
      let address = unsafe UnsafeRawPointer(field.storage.origin)
      return unsafe memory.location(of: address, byteCount: 8) != nil
    }
    let field = try Field<Double, 2>(on: grid, halo: 1)
    let filled = try Field<Double, 2>(on: grid, halo: 1, repeating: 1)
    let asked = try Field<Double, 2>(
      [5, 5], halo: 1, repeating: 1, allocator: .shared(onNodeOf: world))
    try expectOnAllRanks(isShared(field) == !isAlone)
    try expectOnAllRanks(isShared(filled) == !isAlone)
    try expectOnAllRanks(isShared(asked) == !isAlone)
    guard MPITesting.isLaunched else { return }
    let elsewhere = try Field<Double, 2>(on: grid, halo: 1, allocator: .hugePages)
    let onNoGrid = try Field<Double, 2>([5, 5], halo: 1, repeating: 1)
    try expectOnAllRanks(!isShared(elsewhere) && !isShared(onNoGrid))
  }

  @Test func fieldsOnASphereAreShared() throws {
    guard 24 % world.size == 0, !isAlone else { return }
    let grid = try CubedSphereGrid(pointsPerSide: 8, layout: [2, 2], over: world)
    let memory = try NodeMemory.joined(by: world)
    let field = try Field<Double, 2>(on: grid, halo: 1)
    let address = unsafe UnsafeRawPointer(field.storage.origin)
    try expectOnAllRanks(unsafe memory.location(of: address, byteCount: 8) != nil)
  }

  @Test func theSameRanksHaveTheSameMemory() throws {
    let memory = try NodeMemory.joined(by: world)
    let again = try NodeMemory.joined(by: world)
    try expectOnAllRanks(memory === again)
    let copy = try NodeMemory.joined(by: world.duplicate())
    try expectOnAllRanks(copy.allocator == memory.allocator)
    // Some of the ranks in another order: their memory is that of all, and its parts are still whose they were.
    guard let half = try world.split(color: world.rank % 2, key: -world.rank) else { return }
    let part = try NodeMemory.joined(by: half)
    try expectOnAllRanks(half.size == 1 || part.allocator == memory.allocator)
    try expectOnAllRanks(
      (0..<half.size).allSatisfy { part.reaches(rank: $0) == (half.size > 1 || !MPITesting.isLaunched) })
    try expectOnAllRanks((0..<half.size).allSatisfy { !part.hasEnded(rank: $0) })
  }

  @Test func memoryGrowsAndIsGivenBack() throws {
    guard MPITesting.isLaunched, !isAlone else { return }
    let memory = try NodeMemory.joined(by: world)
    let before = try backing(of: memory)
    do {
      var blocks = List()
      for number in 0..<40 { try blocks.add(number % 4 == 0 ? 500_000 : 20_000, memory.allocator) }
      try expectOnAllRanks(try backing(of: memory).shared > before.shared + 40_000_000)
    }
    let after = try backing(of: memory)
    try expectOnAllRanks(after.private == before.private)
    try expectOnAllRanks(after.shared <= before.shared + (4 << 20), "\(before) to \(after)")
  }

  /// Arrays that are kept.
  private struct List: ~Copyable {
    private var last: Node?
    private final class Node {
      let words: Words
      let next: Node?
      init(_ words: consuming Words, _ next: Node?) {
        self.words = words
        self.next = next
      }
    }
    mutating func add(_ count: Int, _ allocator: Allocator) throws {
      last = Node(try Words(count, allocator: allocator), last)
    }
  }

  private func backing(of memory: NodeMemory) throws -> (shared: Int, private: Int) {
    let arena = try #require(memory.allocator.implementation as? NodeArena)
    return arena.backing
  }

  @Test func descriptionSaysWhatWasGot() throws {
    let memory = try NodeMemory.joined(by: world)
    guard MPITesting.isLaunched else {
      return try expectOnAllRanks("\(memory)" == "memory of one process")
    }
    guard world.size > 1 else { return try expectOnAllRanks("\(memory)" == "no shared memory: one rank") }
    var words = try Words(4_000_000, allocator: memory.allocator)
    words.fill(salt: 1)
    let line = "\(memory)"
    let kinds: [SharedMemoryChoice: String] = [.posix: "/dev/shm", .mpi: "MPI window"]
    let start = "shared memory of \(world.size) ranks: \(kinds[.ofEnvironment] ?? "memfd"), "
    try expectOnAllRanks(line.hasPrefix(start) && line.hasSuffix(" MiB on 2 MiB pages"), "\(line)")
    if world.rank == 0 { print(line) }
    // Twice, so that the words are there until now.
    words.fill(salt: 2)
  }

  @Test func aSilentWorldReachesNobody() throws {
    let memory = try NodeMemory.joined(by: LocalWorld.silent(rank: 3, of: 24))
    try expectOnAllRanks((0..<24).allSatisfy { !memory.reaches(rank: $0) })
    try expectOnAllRanks(memory.allocator == .hugePages)
  }
}
