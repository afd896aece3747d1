import MPITesting
import Testing

@testable import Halo

/// Fields of all forms, to and from arrays of the whole grid.
@Suite(.serialized, .mpi) struct GlobalArrayMPITests {
  private var world: Communicator { MPITesting.world }

  /// Every form once, on a grid that splits unevenly.
  private func forEachForm(_ body: (CartesianGrid, [FieldAxis], [HaloSides], Layout.Order) throws -> Void)
    throws
  {
    for periodic in [[true, false], [false, true]] {
      let grid = try CartesianGrid(global: [13, 10], periodic: periodic, over: world)
      for axes: [FieldAxis] in [
        [.grid(0), .grid(1), .extra(3)], [.extra(2), .grid(0, staggered: true), .grid(1)],
        [.grid(1, staggered: true), .extra(1), .grid(0, staggered: true)],
      ] {
        let halo: [HaloSides] = [HaloSides(lower: 1, upper: 0), HaloSides(lower: 0, upper: 2), 1]
        for order in [Layout.Order.c, .fortran] { try body(grid, axes, halo, order) }
      }
    }
  }

  /// The first point of an array that does not hold the number of its index.
  private func firstWrong<Element: TestElement, let Rank: Int>(
    _ array: borrowing Field<Element, Rank>, extents: [Int], numbers: ([Int]) -> Int
  ) -> String? {
    var wrong: String?
    if (0..<Rank).contains(where: { array.extents[$0] != extents[$0] }) { wrong = "extents \(array.owned)" }
    forEachPoint(of: array.owned) { point, index in
      let expected = Element(number: numbers(point))
      if array[index] != expected, wrong == nil {
        wrong = "point \(point): expected \(expected), found \(array[index])"
      }
    }
    return wrong
  }

  /// The same for what only one rank has.
  private func firstWrong<Element: TestElement, let Rank: Int>(
    _ array: borrowing Field<Element, Rank>?, on root: Int, extents: [Int], numbers: ([Int]) -> Int
  ) -> String? {
    switch array {
    case .some(let array):
      world.rank == root ? firstWrong(array, extents: extents, numbers: numbers) : "an array"
    case .none: world.rank == root ? "no array" : nil
    }
  }

  /// Points of the whole grid, each once.
  private func extents(_ grid: CartesianGrid, _ axes: [FieldAxis], _ halo: [HaloSides]? = nil) -> [Int] {
    axes.indices.map { axis in
      let beside = halo.map { $0[axis].lower + $0[axis].upper } ?? 0
      switch axes[axis] {
      case .extra(let points): return points + beside
      case .grid(let gridAxis, let staggered):
        let isOnce = grid.topology.periodic[gridAxis] && halo == nil
        return grid.extents[gridAxis] + (staggered && !isOnce ? 1 : 0) + beside
      }
    }
  }

  @Test func gatherToEveryRoot() throws {
    try forEachForm { grid, axes, halo, order in
      let oracle = FieldOracle(grid, axes: axes)
      var u = try Field<Double, 3>(
        on: grid, axes: axes, halo: HaloWidths(halo), repeating: .poison, order: order, rowPadding: 1)
      oracle.prepare(&u)
      for root in Set([0, world.size / 2, world.size - 1]).sorted() {
        let array = try grid.gather(u, to: root)
        try expectNothingWrong(
          firstWrong(array, on: root, extents: extents(grid, axes), numbers: oracle.number(at:)),
          "\(axes) \(order) on \(grid) to \(root)")
      }
      let all = try grid.allGather(u)
      try expectNothingWrong(firstWrong(all, extents: extents(grid, axes), numbers: oracle.number(at:)))
      try expectOnAllRanks(all.rowAxis == u.rowAxis)
    }
  }

  @Test func scatterFromEveryRoot() throws {
    try forEachForm { grid, axes, halo, order in
      let oracle = FieldOracle(grid, axes: axes)
      var u = try Field<Int64, 3>(
        on: grid, axes: axes, halo: HaloWidths(halo), repeating: .poison, order: order)
      for root in Set([0, world.size - 1]).sorted() {
        var array: Field<Int64, 3>?
        if world.rank == root {
          var whole = try Field<Int64, 3>(
            grid.globalExtents(of: u), halo: 1, repeating: .poison, order: order)
          whole.fillOwned { index in Int64(oracle.number(at: (0..<3).map { index[$0] })) }
          array = consume whole
        }
        u.fill(u.allocated, with: .poison)
        try grid.scatter(array, into: &u, from: root)
        let owned = oracle.owned
        try expectNothingWrong(
          oracle.firstWrong(u) { point in
            point.indices.allSatisfy { (0..<owned[$0]).contains(point[$0]) } ? oracle.number(of: point) : nil
          }, "\(axes) \(order) on \(grid) from \(root)")
      }
    }
  }

  /// With halo: the index of a point in the array counts from the halo below the grid's first cell.
  @Test func arraysWithHalo() throws {
    try forEachForm { grid, axes, halo, order in
      let oracle = FieldOracle(grid, axes: axes)
      let whole = extents(grid, axes, halo)
      func place(_ point: [Int]) -> [Int] {
        point.indices.map { axis in
          point[axis] + halo[axis].lower + (axes[axis].gridAxis.map { oracle.start[$0] } ?? 0)
        }
      }
      func number(_ place: [Int]) -> Int { zip(place, whole).reduce(0) { $0 * $1.1 + $1.0 } + 1 }
      var u = try Field<Float, 3>(
        on: grid, axes: axes, halo: HaloWidths(halo), repeating: .poison, order: order)
      // Halo between blocks is not taken: it stays poisoned.
      let isEdge = { (axis: Int, isUpper: Bool) -> Bool in
        guard let gridAxis = axes[axis].gridAxis else { return true }
        let block = oracle.start[gridAxis]..<oracle.start[gridAxis] + oracle.cells[gridAxis]
        return isUpper ? block.upperBound == grid.extents[gridAxis] : block.lowerBound == 0
      }
      let owned = oracle.owned
      forEachPoint(of: u.allocated) { point, index in
        let isTaken = point.indices.allSatisfy { axis in
          (point[axis] >= 0 || isEdge(axis, false)) && (point[axis] < owned[axis] || isEdge(axis, true))
        }
        if isTaken { u[index] = Float(number: number(place(point))) }
      }
      let array = try grid.gather(u, to: world.size - 1, includingHalo: true)
      try expectNothingWrong(
        firstWrong(array, on: world.size - 1, extents: whole, numbers: number), "\(axes) \(order) on \(grid)")
      let all = try grid.allGather(u, includingHalo: true)
      try expectNothingWrong(firstWrong(all, extents: whole, numbers: number))

      // Back again, all of the halo is filled.
      u.fill(u.allocated, with: .poison)
      try grid.scatter(array, into: &u, from: world.size - 1, includingHalo: true)
      try expectNothingWrong(oracle.firstWrong(u) { number(place($0)) }, "\(axes) \(order) on \(grid)")
    }
  }

  /// A field that lacks an axis of the grid is taken from the first ranks along it, and given to all.
  @Test func fieldsOfLowerRankThanTheGrid() throws {
    let grid = try CartesianGrid(global: [6, 7, 8], over: world)
    let axes: [FieldAxis] = [.grid(2), .grid(0, staggered: true)]
    let oracle = FieldOracle(grid, axes: axes)
    var u = try Field<Int64, 2>(on: grid, axes: axes, halo: 1, repeating: .poison)
    oracle.prepare(&u)
    let array = try grid.allGather(u)
    let first = oracle.firstLayer
    try expectNothingWrong(firstWrong(array, extents: [8, 7], numbers: first.number(at:)))
    u.fill(u.allocated, with: .poison)
    try grid.scatter(array, into: &u, from: 0)
    let owned = oracle.owned
    try expectNothingWrong(
      oracle.firstWrong(u) { point in
        point.indices.allSatisfy { (0..<owned[$0]).contains(point[$0]) }
          ? oracle.global(point).map(first.number(at:)) : nil
      })
  }

  private struct State: ~Copyable, HaloState {
    var u: Field<Double, 2>
    var tracers: InlineArray<2, Field<Triple, 3>>
    var absent: Field<Float, 1>?
    func fields(_ list: inout FieldList) { list.add(u, tracers, absent) }
  }

  @Test func statesOfManyFields() throws {
    let grid = try CartesianGrid(global: [13, 10], periodic: [false, true], over: world)
    let axes: [[FieldAxis]] = [
      [.grid(0, staggered: true), .grid(1, staggered: true)], [.extra(2), .grid(1), .grid(0)],
    ]
    func oracle(_ number: Int) -> FieldOracle { FieldOracle(grid, axes: axes[min(number, 1)], salt: number) }
    func state() throws -> State {
      State(
        u: try Field(on: grid, axes: axes[0], halo: 2, repeating: .poison),
        tracers: try InlineArray { _ in
          try Field(on: grid, axes: axes[1], halo: 1, repeating: .poison, order: .fortran)
        })
    }
    func arrays(for state: borrowing State) throws -> State {
      State(
        u: try Field(grid.globalExtents(of: state.u), halo: 0, repeating: .poison),
        tracers: [
          try Field(grid.globalExtents(of: state.tracers[0]), halo: 0, repeating: .poison),
          try Field(grid.globalExtents(of: state.tracers[1]), halo: 0, repeating: .poison),
        ])
    }
    var old = try state()
    oracle(0).prepare(&old.u)
    for index in 0..<2 { oracle(index + 1).prepare(&old.tracers[index]) }
    let root = world.size / 2
    var whole: State?
    if world.rank == root { whole = try arrays(for: old) }
    try grid.gather(old, into: &whole, at: root)
    var new = try state()
    try grid.scatter(whole, into: &new, from: root)
    func ownedWrong<Element: TestElement, let Rank: Int>(
      _ field: borrowing Field<Element, Rank>, _ oracle: FieldOracle
    ) -> String? {
      let owned = oracle.owned
      return oracle.firstWrong(field) { point in
        point.indices.allSatisfy { (0..<owned[$0]).contains(point[$0]) } ? oracle.number(of: point) : nil
      }
    }
    try expectNothingWrong(ownedWrong(new.u, oracle(0)))
    for index in 0..<2 { try expectNothingWrong(ownedWrong(new.tracers[index], oracle(index + 1))) }
    var all = try arrays(for: old)
    try grid.allGather(old, into: &all)
    try expectNothingWrong(firstWrong(all.u, extents: [14, 10], numbers: oracle(0).number(at:)))
    try expectNothingWrong(firstWrong(all.tracers[1], extents: [2, 10, 13], numbers: oracle(2).number(at:)))
  }

  /// Of several chunks, since one layer of the first axis does not fit a message.
  @Test func largerThanAMessage() throws {
    let grid = try CartesianGrid(global: [13, 12], over: world)
    let axes: [FieldAxis] = [.extra(1), .grid(0), .extra(11_000)]
    var u = try Field<Double, 3>(on: grid, axes: axes, halo: 0)
    func value(_ row: Int, _ column: Int) -> Double { Double(row * 20_000 + column) }
    u.forEachMutableRow(in: u.owned) { [origin = u.globalOrigin] start, row in
      for x in row.indices { row[x] = value(origin[1] + start[1], start[2] + x) }
    }
    let array = try grid.allGather(u)
    var wrong: String?
    var count = 0
    array.forEachRow(in: array.owned) { start, row in
      count += row.count
      for x in row.indices where row[x] != value(start[1], start[2] + x) { wrong = "row \(start[1]) at \(x)" }
    }
    try expectNothingWrong(count == 143_000 ? wrong : "\(count) points")
  }

  @Test func chunksHoldEveryPointOnce() {
    for limit in [1, 3, 4, 10, 59, 60, 1000] {
      let chunks = [-1..<3, 2..<5, 0..<5].chunks(ofAtMost: limit)
      #expect(chunks.allSatisfy { $0.reduce(1) { $0 * $1.count } <= limit })
      var points: [[Int]] = []
      for chunk in chunks {
        for i in chunk[0] { for j in chunk[1] { for k in chunk[2] { points.append([i, j, k]) } } }
      }
      let all = (-1..<3).flatMap { i in (2..<5).flatMap { j in (0..<5).map { [i, j, $0] } } }
      #expect(points == all)
    }
    #expect([0..<3, 2..<2].chunks(ofAtMost: 10).isEmpty)
  }

  // MARK: - Bad input

  private func expectRefused(_ words: String..., by body: () throws -> Void) throws {
    var text = "nothing"
    do { try body() } catch { text = "\(error)" }
    try expectNothingWrong(words.allSatisfy(text.contains) ? nil : text)
  }

  @Test func whatDoesNotFitIsRefusedByAllRanks() throws {
    let grid = try CartesianGrid(global: [9, 10], over: world)
    var u = try Field<Double, 2>(on: grid, halo: 1, name: "height")
    try expectRefused("array, root: expected a rank from 0 to \(world.size - 1), found -1") {
      _ = try grid.gather(u, to: -1)
    }
    try expectRefused("found \(world.size)") { _ = try grid.gather(u, to: world.size) }
    if world.size > 1 {
      try expectRefused("rank 1", "root: expected 0 (as on rank 0), found 1") {
        _ = try grid.gather(u, to: min(world.rank, 1))
      }
    }
    try expectRefused("array of field 'height', presence: expected an array, found nil") {
      let nothing: Field<Double, 2>? = nil
      try grid.scatter(nothing, into: &u, from: 0)
    }
    try expectRefused("rank 0", "array of field 'height', extents: expected [9, 10], found [9, 11]") {
      let array = try Field<Double, 2>([9, 11], halo: 0, repeating: 0)
      try grid.scatter(array, into: &u, from: 0)
    }
    try expectRefused("array of field 'height', dtype: expected float64, found float32") {
      var array = try Field<Float, 2>([9, 10], halo: 0, repeating: 0)
      try grid.gather(u, into: &array, at: 0)
    }
    try expectRefused("number of arrays: expected 1, found 2") {
      var arrays = try (0..<2).map { _ in SharedField(try Field<Double, 2>([9, 10], halo: 0, repeating: 0)) }
      try grid.gather(u, into: &arrays, at: 0)
    }
    try expectRefused("field 'height', extents") {
      let other = try CartesianGrid(global: [9, 11 * world.size], over: world)
      _ = try other.gather(u, to: 0)
    }
    // Only the root has no memory.
    try expectRefused("no memory") { _ = try grid.gather(u, to: 0, allocator: Allocator(NoMemory())) }
    // And everything still works.
    let array = try grid.gather(u, to: 0)
    try grid.scatter(array, into: &u, from: 0)
  }
}
