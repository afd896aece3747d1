import Halo
import MPITesting
import SeededRandom
import Testing

@testable import Snapshot

/// Fields of all forms to a snapshot and back, on whatever ranks there are.
@Suite(.serialized, .mpi) struct SnapshotMPITests {
  private var world: Communicator { MPITesting.world }

  private static let forms: [[FieldAxis]] = [
    [.grid(0), .grid(1), .extra(3)], [.extra(2), .grid(0, staggered: true), .grid(1)],
    [.grid(1, staggered: true), .extra(1), .grid(0, staggered: true)],
  ]

  /// The ways to split a grid of two axes.
  private func processGrids() -> [[Int]] {
    (1...world.size).filter { world.size % $0 == 0 && $0 <= 13 && world.size / $0 <= 10 }.map {
      [$0, world.size / $0]
    }
  }

  private func field<Element: OracleElement>(
    _ type: Element.Type, _ axes: [FieldAxis], _ order: Layout.Order, on grid: CartesianGrid
  ) throws -> Field<Element, 3> {
    let halo = axes.map { $0.gridAxis == nil ? HaloSides(lower: 1, upper: 0) : HaloSides(lower: 0, upper: 1) }
    return try Field(
      on: grid, axes: axes, halo: HaloWidths(halo), repeating: .poison, order: order, rowPadding: 1)
  }

  /// Written in one split, memory order and chunk size, and read in others; halo cells stay as they were.
  @Test(arguments: [1 << 20, 200]) func splitsAndForms(chunkByteCount: Int) throws {
    let folder = try TemporaryFolder(world)
    var count = 0
    for (periodic, axes) in [
      ([true, false], 0), ([false, true], 1), ([true, true], 2), ([false, false], 2),
    ] {
      let axes = Self.forms[axes]
      let splits = processGrids()
      for (split, order) in zip(splits, [Layout.Order.c, .fortran, .c, .fortran]) {
        let path = "\(folder.path)/\(count).zarr"
        count += 1
        let grid = try CartesianGrid(global: [13, 10], periodic: periodic, processGrid: split, over: world)
        var u = try field(Double.self, axes, order, on: grid)
        var mask = try field(Bool.self, axes, order, on: grid)
        let snapshot = try Snapshot.Writer(at: path, on: grid, chunkByteCount: chunkByteCount)
        for step in 1...2 {
          var oracle = SnapshotOracle(grid, axes: axes)
          oracle.salt = step
          oracle.fill(&u)
          oracle.fill(&mask)
          try snapshot.write(step: step, time: Double(step)) {
            $0.add(u, "u", extraAxes: ["z"])
            $0.add(mask, "mask", extraAxes: ["z"])
          }
        }
        let other = try CartesianGrid(
          global: [13, 10], periodic: periodic, processGrid: splits.last, over: world)
        let reader = try Snapshot.Reader(at: path, on: other)
        try expectOnAllRanks(reader.steps == [1, 2] && reader.times == [1, 2])
        for step in [2, 1] {
          var oracle = SnapshotOracle(other, axes: axes)
          oracle.salt = step
          var v = try field(Double.self, axes, order == .c ? .fortran : .c, on: other)
          var w = try field(Bool.self, axes, .c, on: other)
          try reader.read(into: &v, "u", step: step)
          try reader.read(into: &w, "mask", step: step)
          let wrong = oracle.firstWrong(v) ?? oracle.firstWrong(w)
          try expectOnAllRanks(wrong == nil, "\(wrong ?? "") from \(grid) to \(other)")
        }
      }
    }
  }

  /// What lacks an axis of the grid is one array, and every rank gets it back.
  @Test func fieldsOfFewerAxes() throws {
    let folder = try TemporaryFolder(world)
    let grid = try CartesianGrid(global: [13, 10], over: world)
    var depth = try Field<Int16, 1>(on: grid, axes: [.grid(1)], halo: 1, repeating: .poison)
    SnapshotOracle(grid, axes: [.grid(1)]).fill(&depth)
    _ = try Snapshot.Writer(at: "\(folder.path)/a.zarr/", on: grid) { $0.add(depth, "depth") }
    var back = try Field<Int16, 1>(on: grid, axes: [.grid(1)], halo: 1, repeating: .poison)
    let reader = try Snapshot.Reader(at: "\(folder.path)/a.zarr", on: grid)
    try expectOnAllRanks(reader.steps.isEmpty && reader.arrayNames == ["depth"])
    try reader.read(into: &back, "depth")
    let wrong = SnapshotOracle(grid, axes: [.grid(1)]).firstWrong(back)
    try expectOnAllRanks(wrong == nil, "\(wrong ?? "")")
  }

  /// States, names that fields have, attributes, coordinates, and steps appended by a second writer.
  @Test func appending() throws {
    let folder = try TemporaryFolder(world)
    let path = "\(folder.path)/sea.zarr"
    let grid = try CartesianGrid(global: [13, 10], over: world)
    var state = try (0..<2).map {
      SharedField(try Field<Double, 2>(on: grid, halo: 1, repeating: .poison, name: ["u", "v"][$0]))
    }
    var oracle = SnapshotOracle(grid, axes: [.grid(0), .grid(1)])
    for (step, mode) in [Snapshot.Existing.refuse, .append, .append].enumerated() {
      for (salt, field) in state.enumerated() {
        oracle.salt = 2 * step + salt
        oracle.fill(&field.field)
      }
      let snapshot = try Snapshot.Writer(
        at: path, on: grid, dimensions: ["y", "x"], existing: mode, attributes: ["resolution": 13],
        timeAttributes: ["units": "s"]
      ) {
        $0.add(state[0], "ground", attributes: ["units": "m"])
        $0.add(coordinate: "x", (0..<10).map { Double($0) / 4 })
      }
      try expectOnAllRanks(snapshot.steps == Array(0..<step).map { 5 * $0 })
      try snapshot.write(step: 5 * step, time: 0.5) { $0.add(state, attributes: ["units": "m/s"]) }
    }
    let reader = try Snapshot.Reader(at: path, on: grid)
    try expectOnAllRanks(reader.arrayNames == ["ground", "step", "time", "u", "v", "x"])
    try expectOnAllRanks(reader.attributes["resolution"] == 13)
    try expectOnAllRanks(try reader.attributes(of: "v") == ["units": "m/s"])
    try expectOnAllRanks(try reader.values(of: "x") == (0..<10).map { Double($0) / 4 })
    for step in 0..<3 {
      for field in state { field.field.fill(field.field.allocated, with: .poison) }
      try reader.read(into: &state, step: 5 * step)
      for (salt, field) in state.enumerated() {
        oracle.salt = 2 * step + salt
        let wrong = oracle.firstWrong(field.field)
        try expectOnAllRanks(wrong == nil, "\(wrong ?? "") of step \(step)")
      }
    }
    // What belongs to no step was written once.
    try reader.read(into: &state[0], "ground")
    oracle.salt = 0
    let wrong = oracle.firstWrong(state[0].field)
    try expectOnAllRanks(wrong == nil, "\(wrong ?? "")")
  }

  /// Rank 0 alone is told, of each of its chunks.
  @Test func progress() throws {
    let folder = try TemporaryFolder(world)
    let grid = try CartesianGrid(global: [13, 10], over: world)
    let u = try Field<Double, 2>(on: grid, halo: 0)
    var told: [Snapshot.Progress] = []
    let snapshot = try Snapshot.Writer(
      at: "\(folder.path)/a.zarr", on: grid, chunkByteCount: 80, contents: { $0.add(u, "ground") },
      progress: { told.append($0) })
    try snapshot.write(step: 4, time: 0) { $0.add(u, "height") }
    guard world.rank == 0 else { return #expect(told.isEmpty) }
    #expect(told.contains { $0.step == nil && $0.array == "ground" })
    let last = try #require(told.last)
    #expect(last.step == 4 && last.array == "height" && last.written == last.total)
    #expect(last.description == "step 4: height, \(last.total) of \(last.total) chunks")
  }

  /// Every chunk has one owner, and what ranks have of it covers it once.
  @Test func plansCoverChunksOnce() throws {
    var generator = SeededGenerator(state: 7)
    for round in 0..<20 {
      let extents = (0..<2).map { _ in Int.random(in: 9...30, using: &generator) }
      let periodic = (0..<2).map { _ in Bool.random(using: &generator) }
      let grid = try CartesianGrid(global: extents, periodic: periodic, over: world)
      let axes: [FieldAxis] = [.grid(1, staggered: round % 2 == 0), .grid(0, staggered: round % 3 == 0)]
      let field = try Field<Double, 2>(on: grid, axes: axes, halo: 0)
      let array = try grid.wholeArrays(of: field)[0]
      let shape = (0..<2).map { _ in Int.random(in: 1...12, using: &generator) }
      let plan = ChunkPlan(of: array, chunkShape: shape, .owned, rank: world.rank, of: world.size)
      var points = 0
      for chunk in plan.chunks {
        let covered = chunk.parts.reduce(0) { $0 + $1.box.reduce(1) { $0 * $1.count } }
        points += chunk.box.reduce(1) { $0 * $1.count }
        #expect(covered == chunk.box.reduce(1) { $0 * $1.count })
      }
      try expectOnAllRanks(try world.allReduce(points, .sum) == array.extents.reduce(1, *))
    }
  }
}
