import Halo

extension Atmosphere {
  /// The heights of all tiles on rank 0, tile by tile and row by row; `nil` on the other ranks.
  func gather() throws -> [Double]? {
    let side = grid.pointsPerSide
    var whole: Field<Double, 3>?
    if grid.communicator.rank == 0 { whole = try Field([Mesh.tileCount, side, side], halo: 0, repeating: 0) }
    try grid.gather(Heights(blocks: blocks), into: &whole, at: 0)
    switch consume whole {
    case .some(let heights): return Self.values(of: heights)
    case .none: return nil
    }
  }

  private static func values(of field: borrowing Field<Double, 3>) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(field.owned.count)
    field.forEachRow(in: field.owned) { _, row in for x in row.indices { values.append(row[x]) } }
    return values
  }
}
