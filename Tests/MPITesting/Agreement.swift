internal import MPI
public import Testing

/// An expectation failed on another rank, so this rank stops its test too.
public struct OtherRanksFailed: Error, CustomStringConvertible {
  /// The ranks on which it failed.
  public let ranks: [Int]

  /// The ranks in words.
  public var description: String { "the expectation failed on rank(s) \(ranks)" }
}

/// Whether `condition` holds on all ranks.
///
/// All ranks must call it.
public func agree(_ condition: Bool) throws -> Bool {
  try MPITesting.world.allReduce(condition, .logicalAnd)
}

/// Expects `condition` on this rank, and stops the test on all ranks if it fails on any, so that none waits
/// for another that has left the test.
///
/// All ranks must call it.
public func expectOnAllRanks(
  _ condition: @autoclosure () throws -> Bool, _ comment: @autoclosure () -> Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var holds = false
  do {
    holds = try condition()
    #expect(holds, comment(), sourceLocation: sourceLocation)
  } catch {
    Issue.record(error, comment(), sourceLocation: sourceLocation)
  }
  let all = try MPITesting.world.allGather(holds)
  let failed = all.indices.filter { !all[$0] }
  guard failed.isEmpty else { throw OtherRanksFailed(ranks: failed) }
}
