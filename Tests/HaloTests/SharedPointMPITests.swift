import Halo
import MPITesting
import Testing

/// Points that neighbours both hold, made the same on Cartesian grids.
@Suite(.serialized, .mpi) struct SharedPointMPITests {
  private var world: Communicator { MPITesting.world }

  /// Whether a rank holds a point that another one owns: its last, unless it is the last of an open axis.
  private func isForeign(_ point: [Int], _ oracle: FieldOracle) -> Bool {
    oracle.axes.indices.contains { axis in
      guard case .grid(let gridAxis, staggered: true) = oracle.axes[axis],
        point[axis] == oracle.cells[gridAxis]
      else { return false }
      let end = oracle.start[gridAxis] + oracle.cells[gridAxis]
      return oracle.periodic[gridAxis] || end < oracle.extents[gridAxis]
    }
  }

  /// Gives owned points their numbers, and points of other owners another value.
  private func prepare<Element: TestElement, let Rank: Int>(
    _ field: inout Field<Element, Rank>, _ oracle: FieldOracle
  ) {
    oracle.prepare(&field)
    forEachPoint(of: field.owned) { point, index in
      if isForeign(point, oracle) { field[index] = Element(number: 5 + world.rank) }
    }
  }

  private func firstWrong<Element: TestElement, let Rank: Int>(
    _ field: borrowing Field<Element, Rank>, _ oracle: FieldOracle
  ) -> String? {
    let owned = oracle.owned
    return oracle.firstWrong(field) { point in
      point.indices.allSatisfy { (0..<owned[$0]).contains(point[$0]) } ? oracle.number(of: point) : nil
    }
  }

  @Test func everyStaggeringOfTwoAxes() throws {
    for periodic in [[true, true], [true, false], [false, false]] {
      let grid = try CartesianGrid(global: [7, 11], periodic: periodic, over: world)
      for staggered in [[true, false], [false, true], [true, true], [false, false]] {
        for order in [Layout.Order.c, .fortran] {
          let axes: [FieldAxis] = [
            .grid(0, staggered: staggered[0]), .extra(2), .grid(1, staggered: staggered[1]),
          ]
          let oracle = FieldOracle(grid, axes: axes)
          var u = try Field<Double, 3>(
            on: grid, axes: axes, halo: [1, 1, 0], repeating: .poison, order: order)
          prepare(&u, oracle)
          var plan = try SharedPointPlan(for: u, on: grid)
          for _ in 0..<2 {
            try plan.synchronize(&u)
            try expectNothingWrong(firstWrong(u, oracle), "\(axes) on \(grid)")
          }
        }
      }
    }
  }

  /// A C grid in three dimensions, with a field of lower rank: one message a peer.
  @Test func severalFields() throws {
    let grid = try CartesianGrid(global: [7, 6, 8], periodic: [true, true, false], over: world)
    let x: [FieldAxis] = [.grid(0, staggered: true), .grid(1), .grid(2)]
    let corners: [FieldAxis] = [
      .grid(2, staggered: true), .grid(0, staggered: true), .grid(1, staggered: true),
    ]
    let edge: [FieldAxis] = [.grid(1, staggered: true)]
    var u = try Field<Float, 3>(on: grid, axes: x, halo: 1, repeating: .poison)
    var v = try Field<Int64, 3>(on: grid, axes: corners, halo: 0, repeating: .poison)
    var w = try Field<Triple, 1>(on: grid, axes: edge, halo: 1, repeating: .poison)
    prepare(&u, FieldOracle(grid, axes: x))
    prepare(&v, FieldOracle(grid, axes: corners))
    prepare(&w, FieldOracle(grid, axes: edge))
    var plan = try SharedPointPlan(for: u, v, w, on: grid)
    try expectOnAllRanks(plan.messagesPerUpdate < world.size)
    try plan.synchronize(&u, &v, &w)
    try expectNothingWrong(firstWrong(u, FieldOracle(grid, axes: x)))
    try expectNothingWrong(firstWrong(v, FieldOracle(grid, axes: corners)))
    try expectNothingWrong(firstWrong(w, FieldOracle(grid, axes: edge)))
  }

  /// What was computed apart and made the same is then sent as one would expect.
  @Test func updatesAfterwards() throws {
    let grid = try CartesianGrid(global: [6 * world.size], periodic: true, over: world)
    let axes: [FieldAxis] = [.grid(0, staggered: true)]
    let oracle = FieldOracle(grid, axes: axes)
    var u = try Field<Double, 1>(
      on: grid, axes: axes, halo: [HaloSides(lower: 3, upper: 2)], repeating: .poison)
    prepare(&u, oracle)
    var shared = try SharedPointPlan(for: u, on: grid)
    var halo = try HaloPlan(for: u, on: grid)
    try halo.exchange(&u)
    try shared.synchronize(&u)
    try expectNothingWrong(oracle.firstWrong(u))
  }
}
