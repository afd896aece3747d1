import Glibc
import Halo
import MPITesting
import SeededRandom
import Testing

/// Thousands of updates of small random plans while random ranks are late: no cell ever shows an earlier step.
///
/// On 4 ranks under mpirun and on 6 in one process; on other numbers of ranks a few. `HALO_STRESS_UPDATES` says how many.
@Suite(.serialized, .mpi(upTo: 6)) struct RouteStressMPITests {
  private var world: Communicator { MPITesting.world }

  private static let chosen = unsafe getenv("HALO_STRESS_UPDATES").flatMap { unsafe Int(String(cString: $0)) }

  private var updates: Int {
    if let chosen = Self.chosen { return chosen }
    return world.size == (MPITesting.isLaunched ? 4 : 6) ? Self.many : Self.few
  }

  private static let many = 20_000
  private static let few = 600
  private static let updatesOfPlan = 100

  @Test func noCellIsStale() throws {
    let seed = try sharedSeed()
    for number in 0..<(updates + Self.updatesOfPlan - 1) / Self.updatesOfPlan {
      var shared = Chance(seed: seed, case: number)
      var own = Chance(seed: seed, case: (number + 1) * 1000 + world.rank)
      var model = try StressModel(&shared, &own)
      var wrong: String?
      // Ranks meet after a plan's last update alone: until then nothing but the halo keeps them together.
      for step in 0..<Self.updatesOfPlan {
        let found = try model.update(number * Self.updatesOfPlan + step, &shared, &own)
        if let found, wrong == nil { wrong = "update \(step): \(found)" }
      }
      try expectNothingWrong(wrong, "plan \(number): \(model.description), HALO_TEST_SEED=\(seed)")
    }
  }
}
