import Glibc
import Halo
import MPITesting
import SeededRandom
import Testing

/// Which route a plan takes: what was asked for, or what was measured, without a trace in the fields.
@Suite(.serialized, .mpi(upTo: 6)) struct RouteChoiceMPITests {
  private var world: Communicator { MPITesting.world }

  private func grid() throws -> CartesianGrid {
    try CartesianGrid(
      global: [4 * world.size, 8], periodic: true, processGrid: [world.size, 1], over: world)
  }

  @Test func buildingAPlanLeavesEveryCell() throws {
    let grid = try grid()
    for corners in [CornerOrder.direct, .axisByAxis, .measured] {
      var generator = SeededGenerator(state: UInt64(world.rank))
      var u = try Field<Double, 2>(on: grid, halo: 2)
      var v = try Field<Float, 2>(
        on: grid, halo: [HaloSides(lower: 1, upper: 3), 0], allocator: world.rank == 0 ? .host : nil)
      u.fillAtRandom(&generator)
      v.fillAtRandom(&generator)
      let before = (u.bits, v.bits)
      // The second one finds what the first has measured.
      for _ in 0..<2 {
        var plan = try HaloPlan(for: u, v, on: grid, corners: corners)
        try expectOnAllRanks(u.bits == before.0 && v.bits == before.1, "\(corners)")
        _ = try plan.clone()
        try expectOnAllRanks(u.bits == before.0 && v.bits == before.1, "\(corners)")
        try plan.exchange(&u, &v)
        u.fillAtRandom(&generator)
        v.fillAtRandom(&generator)
        for (row, x) in [(-1, 0), (0, -1), (0, 0)] { u[row, x] = .nan }
        try plan.exchange(&u, &v)
        u.fill(u.allocated, with: 0)
        v.fill(v.allocated, with: 0)
        generator = SeededGenerator(state: UInt64(world.rank))
        u.fillAtRandom(&generator)
        v.fillAtRandom(&generator)
      }
    }
  }

  /// A plan for fields that are in flight cannot try messages out, and works all the same.
  @Test func buildingAPlanWhileItsFieldsFly() throws {
    let grid = try grid()
    var u = try Field<Int64, 2>(on: grid, halo: 3, repeating: .poison)
    var plan = try HaloPlan(for: u, on: grid)
    let oracle = HaloOracle(extents: grid.extents, periodic: [true, true], stencil: .box)
    oracle.prepare(&u)
    // On one rank in flight, on the others not yet or not any more.
    let isFlying = world.rank == 0
    var another: HaloPlan<2>?
    if isFlying {
      try plan.exchange(&u) { u in another = try HaloPlan(for: u, on: grid) }
    } else {
      another = try HaloPlan(for: u, on: grid)
      try plan.exchange(&u)
    }
    try expectNothingWrong(oracle.firstWrong(u))
    oracle.prepare(&u)
    try another?.exchange(&u)
    try expectNothingWrong(oracle.firstWrong(u))
  }

  @Test func localLeadsToNobody() throws {
    let grid = try grid()
    let u = try Field<Double, 2>(on: grid, halo: 1)
    let found = thrownHaloError { _ = try HaloPlan(for: u, on: grid, route: .local) }
    guard case .fieldMismatch(let mismatch) = found else {
      Issue.record("found \(String(describing: found))")
      return
    }
    try expectOnAllRanks(mismatch.rank == 0 && mismatch.property == "route" && mismatch.found == "local")
  }

  @Test func ranksWishDifferently() throws {
    let grid = try grid()
    let u = try Field<Double, 2>(on: grid, halo: 1)
    let isOdd = world.rank == world.size - 1
    let found = thrownHaloError { _ = try HaloPlan(for: u, on: grid, route: isOdd ? .packed : .window) }
    let wanted: HaloError? =
      world.size == 1
      ? nil
      : .fieldMismatch(
        FieldMismatch(
          rank: world.size - 1, peer: 0, field: "plan", property: "route", expected: "window", found: "packed"
        ))
    try expectOnAllRanks(found == wanted, "found \(String(describing: found))")
  }

  // MARK: The table

  /// A row of the table of a plan.
  private struct Row: Hashable {
    let peer: String
    let bytes, runs: Int
    let route: String
    let measured: String
  }

  /// The rows under the plan's first line and the names of the columns; `nil` for one that is none.
  private func rows(of description: String) -> [Row?] {
    description.split(separator: "\n").dropFirst(2).map { line in
      let cells = line.split(separator: "  ").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
      guard cells.count >= 4, let bytes = Int(cells[1]), let runs = Int(cells[2]) else { return nil }
      return Row(
        peer: String(cells[0]), bytes: bytes, runs: runs, route: String(cells[3]),
        measured: cells.count > 4 ? String(cells[4]) : "")
    }
  }

  @Test func tableHasARowForEachPeerAndDirection() throws {
    let grid = try CartesianGrid(
      global: [4 * world.size, 8], periodic: [true, false], processGrid: [world.size, 1], over: world)
    // Two rows of eight columns go below, one above. No part of a message has to be filled up to 16 bytes.
    let u = try Field<Double, 2>(on: grid, halo: [HaloSides(lower: 1, upper: 2), 2])
    let (above, below) = ((world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size)
    for route in HaloRoute.betweenRanks.map(Optional.init) + [nil] {
      let plan = try HaloPlan(for: u, on: grid, route: route)
      let rows = rows(of: plan.description)
      try expectOnAllRanks(!rows.contains(nil), "\(plan.description)")
      let found = rows.compactMap(\.self)
      let messages = found.filter { $0.peer != "within the rank" }
      var bytes: [String: Int] = [:]
      if world.size > 1 {
        bytes["to rank \(above)", default: 0] += 8 * 8
        bytes["to rank \(below)", default: 0] += 2 * 8 * 8
        bytes["from rank \(above)", default: 0] += 2 * 8 * 8
        bytes["from rank \(below)", default: 0] += 8 * 8
      }
      try expectOnAllRanks(
        Dictionary(messages.map { ($0.peer, $0.bytes) }, uniquingKeysWith: +) == bytes,
        "\(plan.description)")
      try expectOnAllRanks(messages.count == bytes.count)
      try expectOnAllRanks(messages.allSatisfy { $0.runs > 0 && $0.runs * 8 <= $0.bytes })
      let wrapped = found.filter { $0.peer == "within the rank" }
      try expectOnAllRanks(wrapped.map(\.route) == (world.size == 1 ? ["local"] : []))
      try expectOnAllRanks(messages.allSatisfy { route == nil || $0.route == route?.rawValue })
      let names = HaloRoute.betweenRanks.map(\.rawValue)
      try expectOnAllRanks(
        messages.allSatisfy { row in
          guard row.measured != "not measured" else { return true }
          return names.allSatisfy { row.measured.contains("\($0) ") }
        }, "\(plan.description)")
      // What is not said by anyone is found out between processes that reach each other.
      guard MPITesting.isLaunched, route == nil, unsafe getenv("HALO_ROUTE") == nil else { continue }
      try expectOnAllRanks(messages.allSatisfy { $0.measured != "not measured" }, "\(plan.description)")
    }
  }
}
