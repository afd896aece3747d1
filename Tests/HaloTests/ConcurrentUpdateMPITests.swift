import Halo
import MPITesting
import Testing

/// A kernel on several threads: every point once, the result that of one thread to the last bit.
@Suite(.serialized, .mpi) struct ConcurrentUpdateMPITests {
  private static let extents = [13, 9, 10]

  private func grid() throws -> CartesianGrid {
    try CartesianGrid(global: Self.extents, periodic: [true, false, true], over: MPITesting.world)
  }

  /// A sum over the box of neighbours whose value depends on the order of its additions.
  @Sendable private static func sum(
    around i: Int, _ j: Int, _ k: Int, of u: borrowing Field<Double, 3>
  ) -> Double {
    var sum = 0.0
    for di in -1...1 {
      for dj in -1...1 {
        for dk in -1...1 { sum = sum * 0.7 + u[i + di, j + dj, k + dk] / Double(3 + di - dj) }
      }
    }
    return sum
  }

  @Sendable private static func relax(
    _ u: borrowing Field<Double, 3>, into v: inout MutableFieldView<Double, 3>, over box: Box<3>
  ) {
    for i in box[0] {
      u.progress()
      for j in box[1] {
        for k in box[2] { v[[i, j, k]] = sum(around: i, j, k, of: u) }
      }
    }
  }

  /// The first point, in the halo or not, where two fields differ.
  private static func difference<Element: TestElement, let Rank: Int>(
    _ one: borrowing Field<Element, Rank>, _ other: borrowing Field<Element, Rank>
  ) -> String? {
    var wrong: String?
    one.forEachRow(in: one.allocated) { cell, row in
      let same = other.row(from: cell, count: row.count)
      for x in row.indices where row[x] != same[x] && wrong == nil {
        wrong = "row \(cell[0]), \(cell[1]), place \(x): \(row[x]) and \(same[x])"
      }
    }
    return wrong
  }

  @Test(arguments: [1, 2, 3, 4, 7, 100]) func isWhatOneThreadComputes(threads: Int) throws {
    let grid = try grid()
    var old = try Field<Double, 3>(on: grid, halo: 1, repeating: .poison)
    var new = try Field<Double, 3>(on: grid, halo: 2, repeating: .poison)
    var expected = try Field<Double, 3>(on: grid, halo: 2, repeating: .poison)
    var plan = try HaloPlan(for: old, on: grid)
    let oracle = HaloOracle(extents: Self.extents, periodic: [true, false, true], stencil: .box)
    for _ in 0..<5 {
      oracle.prepare(&old)
      try plan.update(&old) { old, box in
        for i in box[0] {
          for j in box[1] {
            for k in box[2] { expected[i, j, k] = Self.sum(around: i, j, k, of: old) }
          }
        }
      }
      oracle.prepare(&old)
      new.fill(new.allocated, with: .poison)
      try plan.update(&old, writing: &new, concurrently: threads) { old, new, box in
        Self.relax(old, into: &new, over: box)
      }
      try expectNothingWrong(oracle.firstWrong(old))
      try expectNothingWrong(Self.difference(new, expected))
    }
  }

  /// Staggered fields and one with an extra axis: each call has its points, all of them together every point once.
  @Test(arguments: [1, 2, 4]) func everyPointIsSomeCallsOwn(threads: Int) throws {
    let grid = try grid()
    var pressure = try Field<Float, 3>(on: grid, halo: 1)
    var across = try Field<Int64, 3>(
      on: grid, axes: [.grid(0, staggered: true), .grid(1), .grid(2)], halo: 1, repeating: 0)
    var along = try Field<Int64, 3>(
      on: grid, axes: [.grid(0), .grid(1), .grid(2, staggered: true)], halo: 0, repeating: 0)
    var levels = try Field<Int64, 4>(
      on: grid, axes: [.grid(1), .extra(3), .grid(0), .grid(2)], halo: [1, 0, 2, 0], repeating: 0)
    var plan = try HaloPlan(for: pressure, on: grid)
    try plan.update(&pressure, writing: &across, &along, &levels, concurrently: threads) {
      _, across, along, levels, _ in
      Self.addOne(to: &across)
      Self.addOne(to: &along)
      Self.addOne(to: &levels)
    }
    try expectNothingWrong(
      Self.firstNotOne(across) ?? Self.firstNotOne(along) ?? Self.firstNotOne(levels))
    try plan.update(&pressure, writing: &across, &along, concurrently: threads) { _, across, along, _ in
      Self.addOne(to: &across)
      Self.addOne(to: &along)
    }
    try expectOnAllRanks(across[0, 0, 0] == 2 && along[0, 0, 0] == 2 && across[-1, 0, 0] == 0)
  }

  @Sendable private static func addOne<let Rank: Int>(to view: inout MutableFieldView<Int64, Rank>) {
    for point in points(of: view.reach) { view[point] += 1 }
  }

  /// The first owned point that is not 1, or point of the halo that is not 0.
  private static func firstNotOne<let Rank: Int>(_ field: borrowing Field<Int64, Rank>) -> String? {
    let owned = field.owned
    var wrong: String?
    field.forEachRow(in: field.allocated) { start, row in
      var cell = start
      for x in row.indices {
        cell[field.rowAxis] = start[field.rowAxis] + x
        let expected: Int64 = owned.contains(cell) ? 1 : 0
        if row[x] != expected, wrong == nil { wrong = "\((0..<Rank).map { cell[$0] }): \(row[x])" }
      }
    }
    return wrong
  }

  private struct Refusal: Error, Equatable { let row: Int }

  /// The first slab's error comes out, once all slabs and the exchange have ended.
  @Test func throwsTheErrorOfTheFirstSlab() throws {
    let grid = try CartesianGrid(
      global: [8 * MPITesting.world.size, 5], periodic: true, processGrid: [MPITesting.world.size, 1],
      over: MPITesting.world)
    var old = try Field<Double, 2>(on: grid, halo: 1)
    var new = try Field<Double, 2>(on: grid, halo: 0)
    var plan = try HaloPlan(for: old, on: grid)
    #expect(throws: Refusal(row: 1)) {
      try plan.update(&old, writing: &new, concurrently: 3) { _, _, box in
        throw Refusal(row: box.lower[0])
      }
    }
    let oracle = HaloOracle(extents: grid.extents, periodic: [true, true], stencil: .box)
    oracle.prepare(&old)
    try plan.exchange(&old)
    try expectNothingWrong(oracle.firstWrong(old))
  }
}
