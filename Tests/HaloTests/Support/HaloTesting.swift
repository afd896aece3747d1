import Glibc
import Halo
import MPITesting
import Testing

/// Stops the test on all ranks if one has found something wrong, with what it found.
func expectNothingWrong(
  _ wrong: String?, _ context: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let comment = Comment(rawValue: [wrong ?? "", context()].filter { !$0.isEmpty }.joined(separator: "; "))
  try expectOnAllRanks(wrong == nil, comment, sourceLocation: sourceLocation)
}

/// The seed of random tests: `HALO_TEST_SEED`, or another one each run; the same on all ranks, and printed.
func sharedSeed(_ test: String = #function) throws -> UInt64 {
  let world = MPITesting.world
  let chosen = unsafe getenv("HALO_TEST_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
  let seed = try world.broadcast(chosen ?? UInt64.random(in: 0...UInt64(UInt32.max)), from: 0)
  if world.rank == 0 { print("\(test): HALO_TEST_SEED=\(seed)") }
  return seed
}
