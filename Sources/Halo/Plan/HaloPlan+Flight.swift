// What the verbs do for any number of states. The fields are listed twice: what is behind a reference may be another
// one after the body than before it.

extension HaloPlan {
  /// Fills the halo of the fields that `list` lists.
  func exchange(_ width: Int?, listing list: (inout FieldList) -> Void) throws(HaloError) {
    try runner.run(try runner.updating(width), listing: list)
  }

  /// Fills the halo of the fields that `list` lists while `body` runs.
  func exchange<Result>(
    _ width: Int?, listing list: (inout FieldList) -> Void, while body: () throws -> Result
  ) throws -> Result {
    try runner.begin(try runner.updating(width, writing: false), listing: list)
    let result = try runner.endingFlight(ifThrowing: body)
    try runner.finishUnmoved(listing: list)
    return result
  }

  /// Calls `kernel` on the interior while messages travel, then on each boundary slab.
  mutating func update(
    _ width: Int?, listing list: (inout FieldList) -> Void, cells kernel: (Box<Rank>) throws -> Void
  ) throws {
    let cells = try split(width)
    try exchange(width, listing: list) {
      guard !cells.interior.isEmpty else { return }
      let mark = runner.mark()
      try kernel(cells.interior)
      runner.record(interiorSince: mark)
    }
    let mark = runner.mark()
    for index in cells.boundary.indices { try kernel(cells.boundary[index]) }
    runner.record(boundarySince: mark)
  }
}
