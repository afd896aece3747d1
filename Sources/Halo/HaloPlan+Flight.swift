// What the verbs do for any number of states. The fields are listed twice: what is behind a reference may be another
// one after the body than before it.

extension HaloPlan {
  /// Fills the halo of the fields that `list` lists.
  func exchange(listing list: (inout FieldList) -> Void) throws(HaloError) {
    list(&runner.list)
    try runner.begin(runner.update)
    try runner.finish()
  }

  /// Fills the halo of the fields that `list` lists while `body` runs.
  func exchange<Result>(
    listing list: (inout FieldList) -> Void, while body: () throws -> Result
  ) throws -> Result {
    list(&runner.list)
    try runner.begin(runner.update)
    let result = try runner.endingFlight(ifThrowing: body)
    list(&runner.list)
    try runner.finishUnmoved()
    return result
  }

  /// Calls `kernel` on the interior while messages travel, then on each boundary slab.
  func update(listing list: (inout FieldList) -> Void, cells kernel: (Box<Rank>) throws -> Void) throws {
    try exchange(listing: list) {
      guard !interior.isEmpty else { return }
      let mark = runner.mark()
      try kernel(interior)
      runner.record(interiorSince: mark)
    }
    let mark = runner.mark()
    for index in boundary.indices { try kernel(boundary[index]) }
    runner.record(boundarySince: mark)
  }
}
