import Halo
import MPITesting
import Testing

/// Arrays of all six tiles, gathered from all blocks and scattered to them.
@Suite(.serialized, .mpi) struct CubedSphereGlobalMPITests {
  private final class Block: HaloState {
    var height: Field<Float, 2>
    var east: Field<Double, 3>

    init(on grid: CubedSphereGrid, block: Int) throws {
      height = try Field(on: grid, block: block, halo: 1, repeating: -1)
      east = try Field(
        on: grid, block: block, axes: [.extra(2), .grid(0), .grid(1, staggered: true)], halo: 1,
        repeating: -1)
    }

    func fields(_ list: inout FieldList) { list.add(height, east) }
  }

  private struct Whole: ~Copyable, HaloState {
    var height: Field<Float, 3>
    var east: Field<Double, 4>

    init(_ side: Int) throws {
      let height = try Field<Float, 3>([6, side, side], halo: 0, repeating: -2)
      let east = try Field<Double, 4>([6, 2, side, side + 1], halo: 0, repeating: -2)
      self.height = height
      self.east = east
    }

    func fields(_ list: inout FieldList) { list.add(height, east) }

    mutating func fill() {
      for point in points(of: height.owned) { height[point] = Float(Self.value(point)) }
      for point in points(of: east.owned) { east[point] = Double(Self.value(point)) }
    }

    static func value<let Rank: Int>(_ point: InlineArray<Rank, Int>) -> Int {
      (0..<Rank).reduce(1) { $0 * 20 + point[$1] }
    }

    /// The first point that does not hold its value.
    func firstWrong() -> String? {
      for point in points(of: height.owned) where height[point] != Float(Self.value(point)) {
        return "height at \((0..<3).map { point[$0] }): \(height[point])"
      }
      for point in points(of: east.owned) where east[point] != Double(Self.value(point)) {
        return "east at \((0..<4).map { point[$0] }): \(east[point])"
      }
      return nil
    }
  }

  @Test func whatIsScatteredIsGatheredAgain() throws {
    let world = MPITesting.world
    for (side, layout) in [(5, [1, 1]), (7, [2, 2]), (7, [3, 4])]
    where 6 * layout[0] * layout[1] % world.size == 0 {
      let grid = try CubedSphereGrid(pointsPerSide: side, layout: layout, over: world)
      // Listed in another order on every rank.
      var blocks = try (0..<grid.blockCount).map { try Block(on: grid, block: $0) }
      if world.rank % 2 == 1 { blocks.reverse() }
      let root = world.size - 1
      var whole: Whole? = world.rank == root ? try Whole(side) : nil
      whole?.fill()
      try grid.scatter(whole, into: &blocks, from: root)
      try expectNothingWrong(firstWrong(blocks, on: grid))

      var back: Whole? = world.rank == 0 ? try Whole(side) : nil
      try grid.gather(blocks, into: &back, at: 0)
      try expectNothingWrong(world.rank == 0 ? back?.firstWrong() ?? nil : nil)

      var all = try Whole(side)
      try grid.allGather(blocks, into: &all)
      try expectNothingWrong(all.firstWrong())
    }
  }

  /// Every point of every block, inside and halo, after a scatter.
  private func firstWrong(_ blocks: [Block], on grid: CubedSphereGrid) -> String? {
    for block in blocks {
      let origin = block.height.globalOrigin
      guard let tile = tile(of: block, among: blocks, on: grid) else { return "a block without a tile" }
      for point in points(of: block.height.allocated) {
        let global: InlineArray<3, Int> = [tile, point[0] + origin[0], point[1] + origin[1]]
        let expected = block.height.owned.contains(point) ? Float(Whole.value(global)) : -1
        if block.height[point] != expected {
          return "height \(point[0]), \(point[1]): \(block.height[point])"
        }
      }
      for point in points(of: block.east.allocated) {
        let global: InlineArray<4, Int> = [tile, point[0], point[1] + origin[0], point[2] + origin[1]]
        let expected = block.east.owned.contains(point) ? Double(Whole.value(global)) : -1
        if block.east[point] != expected { return "east \(point[1]), \(point[2]): \(block.east[point])" }
      }
    }
    return nil
  }

  private func tile(of block: Block, among blocks: [Block], on grid: CubedSphereGrid) -> Int? {
    let place = blocks.firstIndex { $0 === block }
    return place.map {
      grid.tile(ofBlock: grid.communicator.rank % 2 == 1 ? blocks.count - 1 - $0 : $0)
    }
  }

  @Test func arraysThatDoNotFit() throws {
    let world = MPITesting.world
    let grid = try CubedSphereGrid(pointsPerSide: 12, over: world)
    let blocks = try (0..<grid.blockCount).map { try Block(on: grid, block: $0) }
    var whole: Whole? = world.rank == 0 ? try Whole(11) : nil
    var found: HaloError?
    do throws(HaloError) { try grid.gather(blocks, into: &whole, at: 0) } catch { found = error }
    guard case .fieldMismatch(let mismatch) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    try expectOnAllRanks(
      mismatch.rank == 0 && mismatch.property == "extents" && mismatch.expected == "[6, 12, 12]")
  }

  @Test func whatIsRefusedSaysWhatToDo() throws {
    let world = MPITesting.world
    let grid = try CubedSphereGrid(pointsPerSide: 12, over: world)
    let blocks = try (0..<grid.blockCount).map { try Block(on: grid, block: $0) }
    func expectRefused(_ words: String, by body: () throws -> Void) throws {
      var text = "nothing"
      do { try body() } catch { text = "\(error)" }
      try expectNothingWrong(text.contains(words) ? nil : text)
    }
    var whole = try Whole(12)
    try expectRefused(
      "array, root: expected a rank from 0 to \(world.size - 1), found -1: name a rank of the grid"
    ) { try grid.gather(blocks, into: &whole, at: -1) }
    try expectRefused("number of arrays: expected 2, found 1: give an array for each field") {
      try grid.allGather(blocks, into: &whole.height)
    }
    guard grid.blockCount > 1 else { return }
    try expectRefused(
      "blocks: expected fields of all \(grid.blockCount) of this rank, found [0]: list the same fields of each"
    ) { try grid.allGather([blocks[0]], into: &whole) }
  }

  /// A state whose first field is absent.
  private struct Partial: HaloState {
    let blocks: [Block]

    func fields(_ list: inout FieldList) {
      list.add(SharedField<Float, 2>?.none)
      list.add(blocks)
    }
  }

  /// An absent field has no array, however many blocks a rank has.
  @Test func absentFields() throws {
    let world = MPITesting.world
    let grid = try CubedSphereGrid(pointsPerSide: 12, over: world)
    var blocks = try (0..<grid.blockCount).map { try Block(on: grid, block: $0) }
    if world.rank % 2 == 1 { blocks.reverse() }
    var state = Partial(blocks: blocks)
    var whole = try Whole(12)
    whole.fill()
    try grid.scatter(whole, into: &state, from: 0)
    try expectNothingWrong(firstWrong(state.blocks, on: grid))
    var back = try Whole(12)
    try grid.allGather(state, into: &back)
    try expectNothingWrong(back.firstWrong())
  }
}
