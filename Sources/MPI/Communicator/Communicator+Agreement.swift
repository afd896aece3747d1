extension Communicator {
  /// The bytes of all ranks, in the order of the ranks, if they differ or a rank insists; else `nil`.
  ///
  /// Collective.
  ///
  /// The usual case, equal bytes and nobody who insists, costs one small reduction: only a hash travels.
  ///
  /// - Parameters:
  ///   - bytes: What this rank says; each rank may give another number.
  ///   - insisting: Whether all ranks are to hear it even if it is the same everywhere.
  ///   - abstaining: Whether what this rank says counts as equal to anything.
  /// - Throws: As ``allGather(bytes:)``.
  package func allGatherUnlessEqual(
    _ bytes: [UInt8], insisting: Bool, abstaining: Bool = false
  ) throws(MPIError) -> [[UInt8]]? {
    let hash = bytes.fnv1a
    // The largest hash, the largest complement (so the smallest hash), and whether any rank insists.
    var figures: InlineArray<3, UInt64> = [
      abstaining ? 0 : hash, abstaining ? 0 : ~hash, insisting ? 1 : 0,
    ]
    var span = figures.mutableSpan
    try allReduce(&span, .max)
    let allAbstain = figures[0] == 0 && figures[1] == 0
    if figures[0] == ~figures[1] || allAbstain, figures[2] == 0 { return nil }
    return try allGather(bytes: bytes)
  }
}
