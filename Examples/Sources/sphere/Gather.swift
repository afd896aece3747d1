import Halo

extension Atmosphere {
  /// The heights of all tiles on rank 0, tile by tile and row by row; `nil` on the other ranks.
  func gather() throws -> [Double]? {
    let world = grid.communicator, side = grid.pointsPerSide
    guard world.rank == 0 else {
      for block in blocks { try send(block.height) }
      return nil
    }
    var whole = [Double](repeating: 0, count: Mesh.tileCount * side * side)
    var memory = whole.mutableSpan
    var map = MutableStridedView(&memory, shape: [Mesh.tileCount, side, side])
    for number in 0..<grid.topology.blockCount {
      let (rank, block) = grid.topology.owner(ofBlock: number)
      let tile = grid.topology.tile(ofBlock: number)
      let owned = grid.topology.owned(byBlock: number)
      var place = map.sliced(by: [.index(tile), .range(owned[0]), .range(owned[1])])
      if rank == 0 {
        copy(blocks[block].height, to: &place)
      } else {
        try withReceiveBuffer(&place) { try world.receive(into: &$0, from: rank, tag: 0) }
      }
    }
    return whole
  }

  private func send(_ height: borrowing Field<Double, 2>) throws {
    try withSendBuffer(height.strided(height.owned)) { try grid.communicator.send($0, to: 0, tag: 0) }
  }

  private func copy(_ height: borrowing Field<Double, 2>, to place: inout MutableStridedView<Double>) {
    place.copy(from: height.strided(height.owned))
  }
}
