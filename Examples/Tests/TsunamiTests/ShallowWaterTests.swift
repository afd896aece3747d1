import Halo
import Testing

@testable import tsunami

/// The kernel alone, on one block with walls all around; no rank but this one, and no MPI.
@Suite struct ShallowWaterTests {
  static let mesh = Mesh(region: .init(west: -126, east: -125, south: 48, north: 48.5), columns: 40)
  static let walls = Walls(south: true, north: true, west: true, east: true)

  /// Hills, islands and a deep basin, and the mirror image behind the walls.
  static func ground() throws -> Field<Double, 2> {
    var field = try Field<Double, 2>([mesh.rows, mesh.columns], halo: 2, repeating: 0)
    func mirrored(_ index: Int, _ count: Int) -> Int {
      index < 0 ? -1 - index : min(index, 2 * count - 1 - index)
    }
    let cells = field.allocated
    var view = field.mutableView
    for i in cells[0] {
      for j in cells[1] {
        let noise = (mirrored(i, mesh.rows) * 7919 + mirrored(j, mesh.columns) * 104_729) % 997
        view[i, j] = noise < 200 ? 2.0 + Double(noise) / 50 : -0.3 * Double(noise) - 1
      }
    }
    return field
  }

  static func emptySea() throws -> Sea {
    func field() throws -> Field<Double, 2> { try Field([mesh.rows, mesh.columns], halo: 2, repeating: 0) }
    return Sea(depth: try field(), eastward: try field(), northward: try field())
  }

  /// The sea up to level 0, and up to `hill` metres more in one corner.
  static func sea(hill: Double, over ground: borrowing Field<Double, 2>) throws -> Sea {
    var sea = try emptySea()
    let (cells, ground) = (sea.depth.owned, ground.view)
    var depth = sea.depth.mutableView
    for i in cells[0] {
      for j in cells[1] where ground[i, j] < 0 {
        depth[i, j] = (i < 10 && j < 10 ? hill : 0) - ground[i, j]
      }
    }
    return sea
  }

  /// Steps of Heun's method, the cells visited box by box.
  static func advance(
    _ sea: inout Sea, over ground: borrowing Field<Double, 2>, steps: Int, boxes: [Box<2>]
  ) throws {
    var water = ShallowWater(
      mesh: mesh, timeStep: mesh.safeTimeStep(deepest: 310), columnsOfBlock: mesh.columns)
    var midway = try emptySea()
    for _ in 0..<steps {
      sea.mirror(at: walls)
      for box in boxes { water.step(sea, over: ground, keeping: 0, of: &midway, box: box) }
      midway.mirror(at: walls)
      for box in boxes { water.step(midway, over: ground, keeping: 0.5, of: &sea, box: box) }
    }
  }

  static func values(_ field: borrowing Field<Double, 2>) -> [Double] {
    var values: [Double] = []
    field.forEachRow(in: field.owned) { _, row in for x in row.indices { values.append(row[x]) } }
    return values
  }

  static let whole = [Box<2>(lower: [0, 0], upper: [mesh.rows, mesh.columns])]

  @Test func aSeaAtRestStaysAtRest() throws {
    let ground = try Self.ground()
    var sea = try Self.sea(hill: 0, over: ground)
    let depths = Self.values(sea.depth)
    try Self.advance(&sea, over: ground, steps: 50, boxes: Self.whole)
    #expect(Self.values(sea.depth) == depths)
    #expect(Self.values(sea.eastward).allSatisfy { $0 == 0 })
    #expect(Self.values(sea.northward).allSatisfy { $0 == 0 })
  }

  @Test func noWaterIsLostOrMadeOrNegative() throws {
    let ground = try Self.ground()
    var sea = try Self.sea(hill: 20, over: ground)
    let before = Totals.volume(of: Self.values(sea.depth), on: Self.mesh)
    try Self.advance(&sea, over: ground, steps: 400, boxes: Self.whole)
    let depths = Self.values(sea.depth)
    let after = Totals.volume(of: depths, on: Self.mesh)
    #expect(abs(after - before) < 1e-13 * before)
    #expect(depths.allSatisfy { $0 >= 0 && $0.isFinite })
    let flooded = zip(depths, Self.values(ground)).filter { $0 > ShallowWater.film && $1 > 0 }
    #expect(!flooded.isEmpty, "the wave runs up the land")
    #expect(Self.values(sea.eastward).contains { $0 != 0 })
  }

  @Test func theOrderOfTheCellsDoesNotMatter() throws {
    let ground = try Self.ground(), (rows, columns) = (Self.mesh.rows, Self.mesh.columns)
    var once = try Self.sea(hill: 20, over: ground), pieces = try Self.sea(hill: 20, over: ground)
    try Self.advance(&once, over: ground, steps: 60, boxes: Self.whole)
    try Self.advance(
      &pieces, over: ground, steps: 60,
      boxes: [
        Box(lower: [2, 2], upper: [rows - 2, columns - 3]), Box(lower: [0, 0], upper: [2, columns]),
        Box(lower: [rows - 2, 0], upper: [rows, columns]),
        Box(lower: [2, columns - 3], upper: [rows - 2, columns]),
        Box(lower: [2, 0], upper: [rows - 2, 2]),
      ])
    #expect(Self.values(once.depth) == Self.values(pieces.depth))
    #expect(Self.values(once.eastward) == Self.values(pieces.eastward))
    #expect(Self.values(once.northward) == Self.values(pieces.northward))
  }

  @Test func mirrorImagesMoveAsMirrorImages() throws {
    // A wave towards a wall and its image behind it: the flow through the wall is nothing, so volume is kept and the
    // velocity away from the wall has the opposite sign in the halo.
    var sea = try Self.emptySea()
    sea.eastward[0, 0] = 3
    sea.northward[0, 0] = 5
    sea.depth[0, 0] = 7
    sea.mirror(at: Self.walls)
    #expect(sea.eastward[0, -1] == -3 && sea.eastward[-1, 0] == 3)
    #expect(sea.northward[0, -1] == 5 && sea.northward[-1, 0] == -5)
    #expect(sea.depth[0, -1] == 7 && sea.depth[-1, 0] == 7)
  }
}
