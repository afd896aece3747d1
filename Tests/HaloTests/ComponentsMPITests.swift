import AllocationCounting
import Halo
import MPITesting
import Testing

/// Some indices of an extra axis travel, and no others.
@Suite(.serialized, .mpi) struct ComponentsMPITests {
  private var world: Communicator { MPITesting.world }

  /// A field of which a state lists a part.
  private struct State: ~Copyable, HaloState {
    var u: Field<Float, 2>
    var q: Field<Double, 3>
    var components: [Int]
    var axis: Int?
    func fields(_ list: inout FieldList) {
      list.add(q, only: components, along: axis)
      list.add(u)
    }
  }

  private func grid(periodic: Bool = true) throws -> CartesianGrid {
    try CartesianGrid(global: [13, 11], periodic: periodic, over: world)
  }

  private func state(
    on grid: CartesianGrid, _ axes: [FieldAxis], only components: [Int], along axis: Int? = nil,
    order: Layout.Order = .c
  ) throws -> State {
    State(
      u: try Field(on: grid, halo: 1, repeating: .poison),
      q: try Field(on: grid, axes: axes, halo: 2, repeating: .poison, order: order, name: "q"),
      components: components, axis: axis)
  }

  @Test func onlyTheListedComponentsTravel() throws {
    for axes: [FieldAxis] in [
      [.extra(5), .grid(0), .grid(1)], [.grid(0, staggered: true), .extra(5), .grid(1)],
      [.grid(0), .grid(1), .extra(5)],
    ] {
      let extra = axes.firstIndex(of: .extra(5)) ?? 0
      for order in [Layout.Order.c, .fortran] {
        for components in [[0, 1, 3], [4], [4, 0, 2], [0, 1, 2, 3, 4]] {
          let grid = try grid(periodic: order == .c)
          var state = try state(on: grid, axes, only: components, order: order)
          let q = FieldOracle(grid, axes: axes)
          let u = FieldOracle(grid, axes: [.grid(0), .grid(1)])
          var plan = try HaloPlan<2>(for: state, on: grid)
          try expectOnAllRanks(plan.offersPerUpdate < world.size)
          for _ in 0..<2 {
            q.prepare(&state.q)
            u.prepare(&state.u)
            try plan.exchange(&state)
            let owned = q.owned
            try expectNothingWrong(
              q.firstWrong(state.q) { point in
                let isOwned = point.indices.allSatisfy { (0..<owned[$0]).contains(point[$0]) }
                return isOwned || components.contains(point[extra]) ? q.number(of: point) : nil
              }, "\(axes) \(components) \(order)")
            try expectNothingWrong(u.firstWrong(state.u))
          }
        }
      }
    }
  }

  /// Fewer bytes: as many as one component has for each that is listed.
  @Test func bytesAreThoseOfTheListedComponents() throws {
    struct Part: ~Copyable, HaloState {
      var q: Field<Double, 4>
      var indices: Range<Int>
      func fields(_ list: inout FieldList) { list.add(q, only: indices, along: 3) }
    }
    let grid = try grid()
    func part(_ indices: Range<Int>) throws -> Part {
      Part(
        q: try Field(on: grid, axes: [.extra(2), .grid(0), .grid(1), .extra(6)], halo: 1), indices: indices)
    }
    let one = try HaloPlan<2>(for: part(2..<3), on: grid).bytesSentPerUpdate
    let all = try HaloPlan<2>(for: part(0..<6), on: grid).bytesSentPerUpdate
    let whole = try HaloPlan<2>(for: part(0..<6).q, on: grid).bytesSentPerUpdate
    try expectOnAllRanks(all == 6 * one && whole == all)
  }

  /// A body reads and writes the field as if all of it were on its way.
  @Test func partsInFlight() throws {
    let grid = try grid()
    let axes: [FieldAxis] = [.extra(5), .grid(0), .grid(1)]
    let oracle = FieldOracle(grid, axes: axes)
    var state = try state(on: grid, axes, only: [1, 3])
    oracle.prepare(&state.q)
    var plan = try HaloPlan<2>(for: state, on: grid)
    let reach = try plan.exchange(&state) { state in state.q.view.reach }
    try expectOnAllRanks(reach == state.q.owned)
    let after = state.q.view.reach
    try expectOnAllRanks(after == state.q.allocated)
  }

  /// A list that the state keeps costs no allocation.
  @Test(.enabled(if: AllocationCounting.isAvailable)) func keptListsAreNotAllocated() throws {
    let grid = try CartesianGrid(
      global: [8 * world.size, 8], periodic: true, processGrid: [world.size, 1], over: world)
    var state = try state(on: grid, [.grid(0), .grid(1), .extra(4)], only: [0, 2, 3])
    // Ranks in one process lower datatypes anew for each message.
    var plan = try HaloPlan<2>(for: state, on: grid, route: .packed)
    for _ in 0..<20 { try plan.exchange(&state) }
    try world.barrier()
    let allocations = try AllocationCounting.count { for _ in 0..<100 { try plan.exchange(&state) } }
    // A long wait may set up something once.
    try expectNothingWrong(allocations.ours < 20 ? nil : "\(allocations) allocations in 100 exchanges")
  }

  /// An array of the whole grid gets the listed components.
  @Test func gatheringParts() throws {
    let grid = try grid(periodic: false)
    let axes: [FieldAxis] = [.grid(0, staggered: true), .grid(1), .extra(5)]
    let oracle = FieldOracle(grid, axes: axes)
    var part = try state(on: grid, axes, only: [0, 3, 4])
    oracle.prepare(&part.q)
    var array = State(
      u: try Field([13, 11], halo: 0, repeating: .poison),
      q: try Field([14, 11, 5], halo: 0, repeating: .poison),
      components: [0, 3, 4], axis: 2)
    try grid.allGather(part, into: &array)
    var wrong: String?
    forEachPoint(of: array.q.owned) { point, index in
      let expected = [0, 3, 4].contains(point[2]) ? Double(number: oracle.number(at: point)) : .poison
      if array.q[index] != expected { wrong = "\(point): \(array.q[index])" }
    }
    try expectNothingWrong(wrong)
  }

  private func expectRefused(_ words: String..., by body: () throws -> Void) throws {
    var text = "nothing"
    do { try body() } catch { text = "\(error)" }
    try expectNothingWrong(words.allSatisfy(text.contains) ? nil : text)
  }

  @Test func componentsThatAreNotThere() throws {
    let grid = try grid()
    let axes: [FieldAxis] = [.extra(5), .grid(0), .grid(1)]
    func plan(_ axes: [FieldAxis], _ components: [Int], along axis: Int? = nil) throws {
      _ = try HaloPlan<2>(for: state(on: grid, axes, only: components, along: axis), on: grid)
    }
    try expectRefused("field 'q', components: expected indices in 0..<5, found 4..<6") {
      try plan(axes, [0, 4, 5])
    }
    try expectRefused("found -1..<1") { try plan(axes, [-1, 0]) }
    try expectRefused("components: expected indices in 0..<5") { try plan(axes, [.max]) }
    try expectRefused("expected each index once, found 1..<3 and 2..<3") { try plan(axes, [1, 2, 2]) }
    try expectRefused("found axis 1") { try plan(axes, [0], along: 1) }
    try expectRefused("found axis 7") { try plan(axes, [0], along: 7) }
    try expectRefused("found none named") { try plan([.extra(2), .grid(0), .extra(3)], [0]) }
    if world.size > 1 {
      try expectRefused(
        "rank 1", "components: expected 0..<1 of axis 0 (as on rank 0), found 2..<3 of axis 0"
      ) {
        try plan(axes, [world.rank == 0 ? 0 : 2])
      }
    }
    // Another list than the plan's is refused before anything is sent.
    var part = try state(on: grid, axes, only: [0, 2])
    var good = try HaloPlan<2>(for: part, on: grid)
    part.components = [0, 3]
    try expectRefused("list, components: expected 0..<1 of axis 0 of ") {
      try good.exchange(&part)
    }
    part.components = [0, 2]
    try good.exchange(&part)
  }
}
