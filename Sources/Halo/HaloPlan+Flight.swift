// What the verbs do for any number of states. The fields are listed twice: what is behind a reference may be another
// one after the body than before it.

extension HaloPlan {
  /// Fills the halo of the fields that `list` lists.
  func exchange(listing list: (inout FieldList) -> Void) throws(HaloError) {
    list(&program.list)
    try program.begin()
    try program.finish()
  }

  /// Fills the halo of the fields that `list` lists while `body` runs.
  func exchange<Result>(
    listing list: (inout FieldList) -> Void, while body: () throws -> Result
  ) throws -> Result {
    list(&program.list)
    try program.begin()
    let result = try program.endingFlight(ifThrowing: body)
    list(&program.list)
    try program.finishUnmoved()
    return result
  }

  /// Calls `kernel` on the interior while messages travel, then on each boundary slab.
  func update(listing list: (inout FieldList) -> Void, cells kernel: (Box<Rank>) throws -> Void) throws {
    try exchange(listing: list) {
      guard !interior.isEmpty else { return }
      let mark = program.mark()
      try kernel(interior)
      program.record(interiorSince: mark)
    }
    let mark = program.mark()
    for index in boundary.indices { try kernel(boundary[index]) }
    program.record(boundarySince: mark)
  }
}
