/// The errors that ended a run of a local world.
///
/// Its description is what `MPI.run` would print, in one line: `rank 2: error: …`, or `all 24 ranks: error: …`.
public struct LocalWorldError: Error, CustomStringConvertible {
  /// The error of one rank.
  public struct Failure: Sendable {
    /// The rank that met it.
    public let rank: Int
    /// What left the body there.
    public let error: any Error
  }

  /// The number of ranks of the world.
  public let ranks: Int
  /// The errors in the order of the ranks; errors that only follow from the end of the run are left out.
  public let failures: [Failure]

  /// The errors in one line, each once for all ranks that met it.
  public var description: String {
    let messages = failures.map { "error: " + MPI.oneLine("\($0.error)") }
    var lines: [String] = []
    for (index, message) in messages.enumerated() where messages.firstIndex(of: message) == index {
      let others = messages.filter { $0 == message }.count - 1
      lines.append(MPI.line(message, rank: failures[index].rank, others: others, of: ranks))
    }
    return lines.joined(separator: "; ")
  }
}
