extension Snapshot {
  /// How far a snapshot's writing is, as rank 0 sees it: by its own chunks, as many as those of any other rank.
  public struct Progress: Hashable, Sendable, CustomStringConvertible {
    /// The step; `nil` while what belongs to no step is written.
    public let step: Int?
    /// The array that a chunk was just written of.
    public let array: String
    /// The chunks that are written.
    public let written: Int
    /// The chunks that there are.
    public let total: Int

    /// One line: `step 40: height, 3 of 8 chunks`.
    public var description: String {
      (step.map { "step \($0): " } ?? "") + "\(array), \(written) of \(total) chunks"
    }
  }
}
