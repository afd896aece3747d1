import Halo
import Testing

/// A program on many ranks in a unit test, as the README shows it, and on one that exchanges nothing.
@Suite struct LocalWorldTests {
  struct Cell: Hashable { var i, j: Int, heat: Double }

  @Test func heatIsTheSameOn24Ranks() throws {
    @Sendable func relaxed(_ world: Communicator) throws -> [Cell] {
      let grid = try CartesianGrid(global: [40, 30], periodic: true, over: world)
      var old = try Field<Double, 2>(on: grid, halo: 1)
      var new = try Field<Double, 2>(on: grid, halo: 1)
      old.fillOwned { cell in Double(cell[0] * cell[1] % 17) }
      var halo = try HaloPlan(for: old, on: grid)
      for _ in 0..<20 {
        try halo.update(&old) { old, box in
          let u = old.view
          var v = new.mutableView
          for i in box[0] {
            for j in box[1] { v[i, j] = 0.5 * u[i, j] + 0.25 * (u[i - 1, j] + u[i, j + 1]) }
          }
        }
        swap(&old, &new)
      }
      let origin = old.globalOrigin
      var cells: [Cell] = []
      old.forEachRow(in: old.owned) { cell, row in
        for x in row.indices {
          cells.append(Cell(i: origin[0] + cell[0], j: origin[1] + cell[1] + x, heat: row[x]))
        }
      }
      return cells
    }
    let alone = try LocalWorld(ranks: 1).run(relaxed)
    for delivery: LocalWorld.Delivery in [.immediate, .delayed(seed: 5), .delayed(seed: 6)] {
      let many = try LocalWorld(ranks: 24, delivery: delivery).run(relaxed)
      #expect(many.count == 24 && Set(many.joined()) == Set(alone[0]))
    }
  }

  @Test func timersAreReportedOverAllRanks() throws {
    let totals = try LocalWorld(ranks: 6).run { world -> [Int] in
      let grid = try CartesianGrid(global: [12, 12], periodic: true, over: world)
      var u = try Field<Double, 2>(on: grid, halo: 1)
      let timer = Timer()
      var halo = try HaloPlan(for: u, on: grid, timer: timer)
      for _ in 0...world.rank { try halo.exchange(&u) { _ in } }
      for _ in world.rank..<5 { try halo.exchange(&u) }
      let report = try TimingReport(timer, over: world)
      return [report.rankCount] + report.rows.filter { $0.name == "unpack" }.map(\.hits.total)
    }
    #expect(totals == Array(repeating: [6, 36], count: 6))
  }

  /// The part of one rank of many: owned cells and the halo of other ranks stay as they are, and the rest of the halo
  /// holds what the rank sends itself.
  @Test func silentWorldComputesOneRanksPart() throws {
    let world = LocalWorld.silent(rank: 5, of: 24)
    let grid = try CartesianGrid(global: [48, 6], periodic: true, processGrid: [24, 1], over: world)
    var u = try Field<Double, 2>(on: grid, halo: 1, repeating: .poison)
    u.fillOwned { cell in Double(100 * cell[0] + cell[1]) }
    let timer = Timer()
    var halo = try HaloPlan(for: u, on: grid, timer: timer)
    var cells = 0
    for _ in 0..<3 {
      try halo.update(&u) { _, box in cells += box.count }
      try halo.exchange(&u)
    }
    #expect(cells == 3 * 12 && halo.offersPerUpdate == 2)
    for i in -1..<3 {
      for j in -1..<7 {
        let value = u[i, j]
        let isOthers = i < 0 || i > 1
        let expected = isOthers ? Double.poison : Double(100 * (10 + i) + (j + 6) % 6)
        #expect(value.bitPattern == expected.bitPattern, "[\(i), \(j)]")
      }
    }
    try halo.accumulate(&u, .sum)
    let (edge, inside) = (u[0, 0], u[0, 2])
    #expect(edge == 2 * 1000 && inside == 1002, "nothing of other ranks is added")
    let report = try TimingReport(timer, over: world)
    #expect(report.rankCount == 24)
  }

  /// No box is that of all blocks where they differ; the plan still exchanges them.
  @Test func updateNeedsBlocksOfOneExtent() throws {
    let said = try LocalWorld(ranks: 1).run { world in
      var u = try Field<Double, 1>([8], halo: 1, repeating: 0)
      var v = try Field<Double, 1>([9], halo: 1, repeating: 0)
      var plan = try HaloPlan(for: u, v, on: LinkedGrid([], axisCount: 1, over: world))
      try plan.exchange(&u, &v)
      do {
        try plan.update(&u, &v) { _, _, _ in }
        return "nothing"
      } catch let error as HaloError {
        return error.description
      }
    }
    #expect(
      said == [
        "rank 0, field plan, box to compute: expected blocks of equal extents on each rank, found others: "
          + "use exchange(_:while:), then compute the cells of each block"
      ])
  }
}
