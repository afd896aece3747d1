import Glibc
import Halo
import Testing

/// Whole programs over memory that ranks share, for what a system may refuse or a rank may meet: run one by one, under
/// mpirun, by Tests/Scripts/check-node-memory.sh with `HALO_JOB=NAME`.
@Suite struct NodeMemoryJobTests {
  private static let job = unsafe getenv("HALO_JOB").map { unsafe String(cString: $0) }

  @Test(.enabled("see Tests/Scripts") { job != nil })
  func runs() throws {
    // Read after MPI has ended.
    var kept: Model?
    MPI.run { world in
      // Made first, so that what fails later does not fail for want of it.
      let memory = try NodeMemory.joined(by: world)
      switch NodeMemoryJobTests.job {
      case "updates": try Model(over: world, fields: 3).update(over: world)
      case "many": try Model(over: world, fields: 40).update(over: world)
      case "kept": kept = try Model(over: world, fields: 3).update(over: world)
      case "thrown":
        try Model(over: world, fields: 3).update(over: world)
        if world.rank == 1 { _ = try Field<Double, 2>([0, 1], halo: 0, repeating: 0) }
        try world.barrier()
      case "killed": try Self.loseRank(1, of: world, memory)
      case let job: fatalError("there is no job \(job ?? "")")
      }
      try Self.report(memory, over: world)
    }
    if let kept {
      kept.verify()
      writeLine("\(kept.fields.count) fields are there after MPI has ended")
    }
  }

  /// Says on rank 0 what every rank has got.
  private static func report(_ memory: NodeMemory, over world: Communicator) throws {
    let reached = (0..<world.size).filter { memory.reaches(rank: $0) }
    let lines = try world.gather(bytes: Array("reaches \(reached), \(memory)".utf8), on: 0)
    for (rank, line) in (lines ?? []).enumerated() {
      writeLine("rank \(rank): \(String(decoding: line, as: UTF8.self))")
    }
  }

  /// Ends one rank by a signal; the others say when they see it, though the launcher wants to end them, too.
  private static func loseRank(_ lost: Int, of world: Communicator, _ memory: NodeMemory) throws {
    signal(SIGTERM, SIG_IGN)
    try Model(over: world, fields: 3).update(over: world)
    let ended = (0..<world.size).filter { memory.hasEnded(rank: $0) }
    if !ended.isEmpty { writeLine("rank \(world.rank): \(ended) seem to have ended") }
    try world.barrier()
    if world.rank == lost { raise(SIGKILL) }
    for _ in 0..<1000 where !memory.hasEnded(rank: lost) { usleep(1000) }
    writeLine(
      "rank \(world.rank): rank \(lost) \(memory.hasEnded(rank: lost) ? "has ended" : "seems to live")")
    _exit(0)
  }
}

/// Fields on a grid, of 136 KiB each, and an update of all that compares every cell.
private final class Model {
  let grid: CartesianGrid
  let fields: [SharedField<Double, 2>]

  init(over world: Communicator, fields count: Int) throws {
    let grid = try CartesianGrid(
      global: [64 * world.size, 252], periodic: true, processGrid: [world.size, 1], over: world)
    self.grid = grid
    fields = try (0..<count).map { _ in SharedField(try Field<Double, 2>(on: grid, halo: 2)) }
  }

  @discardableResult
  func update(over world: Communicator) throws -> Model {
    var fields = fields
    for (salt, field) in fields.enumerated() {
      let oracle = HaloOracle(extents: grid.extents, periodic: [true, true], stencil: .box, salt: salt)
      oracle.prepare(&field.field)
    }
    var plan = try HaloPlan<2>(for: fields, on: grid)
    try plan.exchange(&fields)
    verify()
    return self
  }

  /// Says of each field which cell is wrong.
  func verify() {
    for (salt, field) in fields.enumerated() {
      let oracle = HaloOracle(extents: grid.extents, periodic: [true, true], stencil: .box, salt: salt)
      if let wrong = oracle.firstWrong(field.field) {
        writeLine("field \(salt): \(wrong)")
      }
    }
  }
}

/// Writes a line at once, so that lines of several ranks do not mix.
private func writeLine(_ line: String) {
  let text = Array((line + "\n").utf8)
  unsafe text.withUnsafeBytes { _ = unsafe write(1, $0.baseAddress, $0.count) }
}
