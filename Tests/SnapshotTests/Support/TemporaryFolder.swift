import Glibc
import Halo

@testable import Snapshot

/// A folder of a test's own that goes with it; on all ranks the same.
final class TemporaryFolder {
  let path: String
  private let world: Communicator?

  /// Makes it; collective.
  init(_ world: Communicator) throws {
    self.world = world
    let number = try world.broadcast(UInt64.random(in: 0 ... .max), from: 0)
    path = Self.path(number)
    if world.rank == 0 { try Files.makeFolder(path) }
    try world.barrier()
  }

  /// Makes one for a test without ranks.
  init() throws {
    world = nil
    path = Self.path(.random(in: 0 ... .max))
    try Files.makeFolder(path)
  }

  private static func path(_ number: UInt64) -> String {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    return "\(parent)/snapshot-tests-\(String(number, radix: 36))"
  }

  deinit {
    // No rank may still be at work in it.
    if let world { try? world.barrier() }
    guard world?.rank ?? 0 == 0 else { return }
    try? Files.remove(path)
  }
}
