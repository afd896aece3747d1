import Glibc
import MPI
import MPITesting
import Testing

/// What `HALO_SELF_TEST=WHAT:RANK` asks for: one rank that does not do what a test should, for the tests of
/// the script that runs the tests.
private struct Mischief {
  var what: String
  var rank: Int

  static let asked: Mischief? = {
    guard let parts = Environment["HALO_SELF_TEST"]?.split(separator: ":"), parts.count == 2,
      let rank = Int(parts[1])
    else { return nil }
    return Mischief(what: String(parts[0]), rank: rank)
  }()

  static func isAsked(_ what: String) -> Bool { asked?.what == what }
  static func isHere(_ world: Communicator) -> Bool { asked?.rank == world.rank }
}

@Suite(.serialized, .mpi) struct SelfTestMPITests {
  let world = MPITesting.world

  @Test(.enabled("see Tests/Scripts") { Mischief.asked != nil })
  func aPasses() throws {
    try world.barrier()
  }

  @Test(.enabled("see Tests/Scripts") { Mischief.isAsked("fail") })
  func failsOnOneRank() throws {
    #expect(!Mischief.isHere(world), "asked to fail")
    try world.barrier()
  }

  @Test(.enabled("see Tests/Scripts") { Mischief.isAsked("leave") })
  func leavesTheOthersWaiting() throws {
    try #require(!Mischief.isHere(world), "asked to leave early")
    try world.barrier()
  }

  @Test(.enabled("see Tests/Scripts") { Mischief.isAsked("crash") })
  func crashesOnOneRank() throws {
    if Mischief.isHere(world) { fatalError("asked to crash") }
    try world.barrier()
  }

  @Test(.enabled("see Tests/Scripts") { Mischief.isAsked("hang") })
  func hangsOnOneRank() throws {
    if Mischief.isHere(world) { while true { sleep(1000) } }
    try world.barrier()
  }

  @Test(.enabled("see Tests/Scripts") { Mischief.isAsked("stray") })
  func straysOnOneRank() async throws {
    if Mischief.isHere(world) { exit(0) }
    try world.barrier()
  }

  @Test(.enabled("see Tests/Scripts") { Mischief.asked != nil })
  func zPasses() throws {
    try world.barrier()
  }
}
