import Halo

/// The blocks of all ranks put together on rank 0, row by row from south to north; `nil` on the other ranks.
///
/// In a program of yours it is one line, `grid.gather(field, to: 0)`. Here it is written out, to show the two scopes that
/// stage an array for MPI: a block has a halo around it and a place in the middle of the whole, so neither end of the
/// message lies in one piece, and the scopes pack and unpack it.
func gather(_ field: borrowing Field<Double, 2>, from grid: CartesianGrid) throws -> [Double]? {
  let world = grid.communicator
  guard world.rank == 0 else {
    try withSendBuffer(field.strided(field.owned)) { block in
      try world.send(block, to: 0, tag: 0)
    }
    return nil
  }
  var whole = [Double](repeating: 0, count: grid.extents[0] * grid.extents[1])
  var memory = whole.mutableSpan
  var map = MutableStridedView(&memory, shape: [grid.extents[0], grid.extents[1]])
  for rank in 0..<world.size {
    let owned = grid.topology.owned(by: rank)
    var place = map.sliced(by: owned.map { .range($0) })
    if rank == 0 {
      place.copy(from: field.strided(field.owned))
    } else {
      try withReceiveBuffer(&place) { block in
        try world.receive(into: &block, from: rank, tag: 0)
      }
    }
  }
  return whole
}
