import Glibc
import Halo
import Testing

/// Whole programs that meet bad input or lose a rank, each of which ends its process: run one by one, under mpirun,
/// by Tests/Scripts/self-test.sh with `HALO_JOB=NAME`.
@Suite struct HaloJobTests {
  private static let job = unsafe getenv("HALO_JOB").map { unsafe String(cString: $0) }

  @Test(.enabled("see Tests/Scripts") { job != nil })
  func runs() throws {
    let job = HaloJobTests.job ?? ""
    MPI.run { world in
      if try !HaloJobTests.refuses(job, world), try !HaloJobTests.disagrees(job, world),
        try !HaloJobTests.misses(job, world)
      {
        MPI.run { _ in }  // traps: there is no such job
      }
    }
  }

  /// Input that no rank can use, the same on all ranks.
  private static func refuses(_ job: String, _ world: Communicator) throws -> Bool {
    switch job {
    case "wide":
      let grid = try CartesianGrid(global: [7, 4], processGrid: [world.size, 1], over: world)
      _ = try Field<Double, 2>(on: grid, halo: [2, 1])
    case "crowded": _ = try CartesianGrid(global: [3, 1], over: world)
    case "flags": _ = try CartesianGrid(global: [8, 8], periodic: [true], over: world)
    case "widths":
      let grid = try CartesianGrid(global: [8, 8], over: world)
      _ = try Field<Double, 2>(on: grid, halo: [1, 1, 1])
    case "empty": _ = try CartesianGrid(global: [8, 0], over: world)
    case "negative": _ = try CartesianGrid(global: [-8, 8], over: world)
    case "processes": _ = try CartesianGrid(global: [8, 8], processGrid: [3, 2], over: world)
    case "axes": _ = try CartesianGrid(global: [8, 8], processGrid: [4], over: world)
    default: return false
    }
    return true
  }

  /// Ranks whose fields differ.
  private static func disagrees(_ job: String, _ world: Communicator) throws -> Bool {
    let isLast = world.rank == world.size - 1
    func grid(_ rows: Int = 16) throws -> CartesianGrid {
      try CartesianGrid(global: [rows, 8], periodic: true, processGrid: [world.size, 1], over: world)
    }
    switch job {
    case "dtype" where isLast:
      _ = try HaloPlan(for: Field<Float, 2>(on: grid(), halo: 1, name: "height"), on: grid())
    case "dtype": _ = try HaloPlan(for: Field<Double, 2>(on: grid(), halo: 1, name: "height"), on: grid())
    case "halo":
      let field = try Field<Double, 2>(on: grid(), halo: isLast ? 2 : 1, name: "height")
      _ = try HaloPlan(for: field, on: grid())
    case "shape":
      let grid = try grid(isLast ? 20 : 16)
      _ = try HaloPlan(for: Field<Double, 2>(on: grid, halo: 1, name: "height"), on: grid)
    default: return false
    }
    return true
  }

  /// A rank that does not come, or comes to an end.
  private static func misses(_ job: String, _ world: Communicator) throws -> Bool {
    let isOdd = world.rank == 1
    let grid = try CartesianGrid(global: [16, 8], periodic: true, processGrid: [world.size, 1], over: world)
    var field = try Field<Double, 2>(on: grid, halo: 1, name: "height")
    if job == "absent", isOdd { sleep(60) }
    var plan = try HaloPlan(for: field, on: grid)
    switch job {
    case "late": if isOdd { sleep(60) }
    case "absent", "killed", "thrown", "thrown within", "killed within", "ended", "ended within",
      "trapped within":
      break
    default: return false
    }
    for step in 0... {
      if isOdd, step == 5 { try leave(job, isWithin: false) }
      try plan.update(&field) { _, _ in if isOdd, step == 5 { try leave(job, isWithin: true) } }
    }
    return true
  }

  /// Comes to the end that a job is named after, if this is the place for it.
  private static func leave(_ job: String, isWithin: Bool) throws {
    let words = job.split(separator: " ")
    guard isWithin == (words.last == "within") else { return }
    switch words[0] {
    case "killed": raise(SIGKILL)
    case "thrown": _ = try Field<Double, 2>([0, 1], halo: 0, repeating: 0)
    // As a program does that forgets to finish with MPI.
    case "ended": _exit(0)
    case "trapped": fatalError("trapped on purpose")
    default: break
    }
  }
}
