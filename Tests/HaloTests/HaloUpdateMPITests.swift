import Halo
import MPITesting
import Testing

@Suite(.serialized, .mpi) struct HaloUpdateMPITests {
  private let extents = [14, 11]
  private let periodic = [true, false]

  private func grid() throws -> CartesianGrid {
    try CartesianGrid(global: extents, periodic: periodic, over: MPITesting.world)
  }

  private func oracle(_ salt: Int = 0) -> HaloOracle {
    HaloOracle(extents: extents, periodic: periodic, stencil: .box, salt: salt)
  }

  /// The kernel sees every owned cell once, and around each cell what the oracle says.
  @Test(arguments: [0, 1, 2])
  func everyOwnedCellOnce(halo: Int) throws {
    let extents = [2 * MPITesting.world.size + 12, 11]
    let grid = try CartesianGrid(
      global: extents, periodic: periodic, processGrid: [MPITesting.world.size, 1],
      over: MPITesting.world)
    let oracle = HaloOracle(extents: extents, periodic: periodic, stencil: .box)
    var u = try Field<Int64, 2>(on: grid, halo: HaloWidths(halo), repeating: .poison)
    var visits = try Field<Int64, 2>(on: grid, halo: HaloWidths(halo), repeating: 0)
    var seen = try Field<Int64, 2>(on: grid, halo: HaloWidths(halo), repeating: 0)
    var plan = try HaloPlan(for: u, on: grid)
    oracle.prepare(&u)
    try plan.update(&u) { u, box in
      for i in box[0] {
        for j in box[1] {
          visits[i, j] += 1
          var sum: Int64 = 0
          for di in -halo...halo {
            for dj in -halo...halo { sum &+= u[i + di, j + dj] &* Int64(3 * di + dj + 5) }
          }
          seen[i, j] = sum
        }
      }
    }
    try expectNothingWrong(oracle.firstWrong(u))
    let origin = u.globalOrigin
    let owned = [u.extents[0], u.extents[1]]
    var wrong: String?
    for i in 0..<owned[0] {
      for j in 0..<owned[1] {
        var sum: Int64 = 0
        for di in -halo...halo {
          for dj in -halo...halo {
            let number = oracle.number(
              ofCell: [i + di, j + dj], origin: [origin[0], origin[1]], owned: owned)
            sum &+= (number.map { Int64($0) } ?? .poison) &* Int64(3 * di + dj + 5)
          }
        }
        if visits[i, j] != 1 { wrong = "[\(i), \(j)] visited \(visits[i, j]) times" }
        if seen[i, j] != sum { wrong = "[\(i), \(j)] saw \(seen[i, j]), expected \(sum)" }
      }
    }
    try expectNothingWrong(wrong)
  }

  /// The interior comes first, and in it only owned cells can be read.
  @Test func interiorIsInFlightAndSlabsAreNot() throws {
    let grid = try grid()
    var u = try Field<Double, 2>(on: grid, halo: 1, repeating: .poison)
    var plan = try HaloPlan(for: u, on: grid)
    oracle().prepare(&u)
    var reaches: [Box<2>] = []
    var boxes: [Box<2>] = []
    try plan.update(&u) { u, box in
      reaches.append(u.view.reach)
      boxes.append(box)
    }
    let inner = u.owned.inset(lower: [1, 1], upper: [1, 1])
    if !inner.isEmpty {
      #expect(boxes.first == inner)
      #expect(reaches.first == u.owned)
      reaches.removeFirst()
    }
    #expect(reaches.allSatisfy { $0 == u.allocated })
    #expect(boxes.reduce(0) { $0 + $1.count } == u.owned.count)
  }

  /// Each side of the interior lies as far in as the widest halo on that side, whichever field has it.
  @Test func interiorLeavesRoomForTheWidestHaloOfEachSide() throws {
    let ranks = MPITesting.world.size
    let grid = try CartesianGrid(
      global: [7 * ranks, 11], periodic: [true, true], processGrid: [ranks, 1], over: MPITesting.world)
    let oracle = HaloOracle(extents: grid.extents, periodic: [true, true], stencil: .box)
    var u = try Field<Int64, 2>(
      on: grid, halo: [1, HaloSides(lower: 0, upper: 1)], repeating: .poison)
    var v = try Field<Int64, 2>(
      on: grid, halo: [HaloSides(lower: 3, upper: 2), HaloSides(lower: 2, upper: 0)], repeating: .poison)
    var plan = try HaloPlan(for: u, v, on: grid)
    oracle.prepare(&u)
    oracle.prepare(&v)
    var boxes: [Box<2>] = []
    var wrong: String?
    let (rows, columns) = (u.globalOrigin[0], u.globalOrigin[1])
    try plan.update(&u, &v) { u, v, box in
      boxes.append(box)
      for i in box[0] {
        for j in box[1] {
          // The corners of what a kernel as wide as its halo reads: in the interior, all of them are owned.
          for (value, cell) in [
            (v[i - 3, j - 2], [i - 3, j - 2]), (u[i - 1, j + 1], [i - 1, j + 1]),
            (u[i + 1, j + 1], [i + 1, j + 1]), (v[i + 2, j - 2], [i + 2, j - 2]),
          ] {
            let number = oracle.number(
              ofCell: cell, origin: [rows, columns], owned: [u.extents[0], u.extents[1]])
            if number.map(Int64.init(_:)) != value { wrong = "\(cell): \(value)" }
          }
        }
      }
    }
    try expectNothingWrong(wrong)
    try expectOnAllRanks(boxes.first == Box(lower: [3, 2], upper: [5, 10]))
    try expectOnAllRanks(boxes.reduce(0) { $0 + $1.count } == u.owned.count)
  }

  /// Steps of a kernel over `update` and `swap` equal the same steps over a whole domain on one rank.
  @Test func overlappedStepsEqualSerialOnes() throws {
    let grid = try grid()
    var old = try Field<Int64, 2>(on: grid, halo: 1, repeating: 0)
    var new = try Field<Int64, 2>(on: grid, halo: 1, repeating: 0)
    old.fillOwned { cell in Int64((cell[0] * 31 + cell[1] * 17) % 101) }
    var plan = try HaloPlan(for: old, on: grid)
    for _ in 0..<5 {
      try plan.update(&old) { old, box in
        let u = old.view
        var v = new.mutableView
        for i in box[0] {
          for j in box[1] {
            v[i, j] =
              (3 &* u[i, j] &+ u[i - 1, j] &- u[i + 1, j] &+ 5 &* u[i, j - 1] &+ u[i, j + 1]
                &+ u[i - 1, j + 1])
              % 10_007
          }
        }
      }
      swap(&old, &new)
    }

    let (rows, columns) = (extents[0], extents[1])
    var whole = (0..<rows).map { i in (0..<columns).map { j in Int64((i * 31 + j * 17) % 101) } }
    func value(_ i: Int, _ j: Int) -> Int64 {
      // Beyond the open edges the halo keeps its zeros.
      guard (0..<columns).contains(j) else { return 0 }
      return whole[(i + rows) % rows][j]
    }
    for _ in 0..<5 {
      whole = (0..<rows).map { i in
        (0..<columns).map { j in
          (3 &* value(i, j) &+ value(i - 1, j) &- value(i + 1, j) &+ 5 &* value(i, j - 1)
            &+ value(i, j + 1) &+ value(i - 1, j + 1)) % 10_007
        }
      }
    }
    let origin = old.globalOrigin
    var wrong: String?
    old.forEachRow(in: old.owned) { cell, row in
      for x in row.indices where row[x] != whole[cell[0] + origin[0]][x + origin[1]] {
        wrong = "row \(cell[0] + origin[0]) column \(x + origin[1])"
      }
    }
    try expectNothingWrong(wrong)
  }

  /// Every phase counts one hit an update, and the phases that copy count their bytes.
  @Test func phasesAreTimed() throws {
    let ranks = MPITesting.world.size
    let grid = try CartesianGrid(
      global: [4 * ranks, 6], periodic: true, processGrid: [ranks, 1], over: MPITesting.world)
    var u = try Field<Double, 2>(on: grid, halo: 1)
    let timer = Timer()
    var plan = try HaloPlan(for: u, on: grid, route: .packed, timer: timer)
    for _ in 0..<3 { try plan.update(&u) { _, _ in } }

    let always = ["interior": 3, "boundary": 3, "wrap": 3]
    let messages = ranks > 1 ? ["pack": 3, "send": 3, "wait": 3, "unpack": 3, "transfer": 3] : [:]
    try expectOnAllRanks(timer.hits.filter { $0.value > 0 } == always.merging(messages) { first, _ in first })
    // Two rows of six cells go to other ranks, and as many come; two columns are wrapped, of four cells and of two that
    // have come. On one rank all is wrapped.
    let (sent, wrapped) = ranks > 1 ? (8 * 12, 8 * 12) : (0, 8 * 24)
    try expectOnAllRanks(plan.bytesSentPerUpdate == sent)
    try expectOnAllRanks(timer.byteCounts["pack", default: 0] == 3 * sent)
    try expectOnAllRanks(timer.byteCounts["unpack", default: 0] == 3 * sent)
    try expectOnAllRanks(timer.byteCounts["wrap", default: 0] == 3 * wrapped)
  }

  @Test func exchangeWhileReturnsWhatTheBodyDoes() throws {
    let grid = try grid()
    var u = try Field<Double, 2>(on: grid, halo: 2, repeating: .poison)
    var plan = try HaloPlan(for: u, on: grid)
    oracle().prepare(&u)
    let origin = u.globalOrigin
    let first = try plan.exchange(&u) { u in u[0, 0] }
    #expect(first == Double(oracle().number(at: [origin[0], origin[1]])))
    try expectNothingWrong(oracle().firstWrong(u))
  }

  @Test func splitFormFillsTheHalo() throws {
    let grid = try grid()
    var u = try Field<Double, 2>(on: grid, halo: 2, repeating: .poison)
    var plan = try HaloPlan(for: u, on: grid)
    oracle().prepare(&u)
    let flight = try plan.start(&u)
    let reach = flight.read { u in u.view.reach }
    try flight.wait()
    #expect(reach == u.owned)
    try expectNothingWrong(oracle().firstWrong(u))

    // A flight that is dropped waits as well.
    oracle(1).prepare(&u)
    do { _ = try plan.start(&u) }
    try expectNothingWrong(oracle(1).firstWrong(u))
  }

  /// Cells that no message carries are written in flight; the halo is what the others sent all the same.
  @Test func exchangeInPlaceWritesTheQuietCells() throws {
    let grid = try CartesianGrid(
      global: [6 * MPITesting.world.size, 11], periodic: [true, true],
      processGrid: [MPITesting.world.size, 1], over: MPITesting.world)
    let oracle = HaloOracle(extents: grid.extents, periodic: [true, true], stencil: .box)
    let halo: HaloWidths = [HaloSides(lower: 1, upper: 2), 1]
    var u = try Field<Int64, 2>(on: grid, halo: halo, repeating: .poison)
    var plan = try HaloPlan(for: u, on: grid)
    oracle.prepare(&u)
    let reach = try plan.exchangeInPlace(&u) { u in
      let reach = u.mutableView.reach
      u.forEachMutableRow(in: reach) { _, row in for x in row.indices { row[x] = -row[x] } }
      return reach
    }
    // The lowest two rows fill the lower neighbour's upper halo, the highest one the upper neighbour's lower halo.
    #expect(reach == Box(lower: [2, 1], upper: [5, 10]))
    u.forEachMutableRow(in: reach) { _, row in for x in row.indices { row[x] = -row[x] } }
    try expectNothingWrong(oracle.firstWrong(u))
  }

  struct Refusal: Error, Equatable {}

  /// An error in the body ends the exchange, on this rank and for the others, and leaves fields and plan usable.
  @Test func bodyThatThrowsEndsTheExchange() throws {
    let grid = try grid()
    var u = try Field<Double, 2>(on: grid, halo: 1, repeating: .poison)
    var plan = try HaloPlan(for: u, on: grid)
    oracle().prepare(&u)
    let isFirst = MPITesting.world.rank == 0
    var thrown = 0
    do { try plan.exchange(&u) { _ in if isFirst { throw Refusal() } } } catch is Refusal { thrown += 1 }
    try expectNothingWrong(oracle().firstWrong(u))
    do { try plan.exchangeInPlace(&u) { _ in if isFirst { throw Refusal() } } } catch is Refusal {
      thrown += 1
    }
    do { try plan.update(&u) { _, _ in if isFirst { throw Refusal() } } } catch is Refusal { thrown += 1 }
    #expect(thrown == (isFirst ? 3 : 0))
    oracle(3).prepare(&u)
    try plan.exchange(&u)
    try expectNothingWrong(oracle(3).firstWrong(u))
  }

  /// Fields in a struct, in an optional, in an `InlineArray` and behind references.
  @Test func statesOfManyFields() throws {
    struct State: ~Copyable, HaloState {
      var u: Field<Double, 2>
      var tracers: InlineArray<3, Field<Float, 2>>
      var shared: [SharedField<Int64, 2>]
      var scratch: Field<Double, 2>
      func fields(_ list: inout FieldList) { list.add(u, tracers, shared) }
    }
    let grid = try grid()
    var u = try Field<Double, 2>(on: grid, halo: 1, repeating: .poison)
    oracle(1).prepare(&u)
    var scratch = try Field<Double, 2>(on: grid, halo: 1, repeating: .poison)
    oracle(1).prepare(&scratch)
    let tracers = try InlineArray<3, Field<Float, 2>> { index in
      var tracer = try Field<Float, 2>(on: grid, halo: 2, repeating: .poison)
      oracle(2 + index).prepare(&tracer)
      return tracer
    }
    let shared = try (0..<2).map { index in
      var field = try Field<Int64, 2>(on: grid, halo: 1, repeating: .poison)
      oracle(8 + index).prepare(&field)
      return SharedField(field)
    }
    var state = State(u: u, tracers: tracers, shared: shared, scratch: scratch)
    var plan = try HaloPlan<2>(for: state, on: grid)
    try plan.exchange(&state)
    try expectNothingWrong(oracle(1).firstWrong(state.u))
    for index in 0..<3 { try expectNothingWrong(oracle(2 + index).firstWrong(state.tracers[index])) }
    for index in 0..<2 { try expectNothingWrong(oracle(8 + index).firstWrong(shared[index].field)) }
    #expect(state.scratch[-1, 0] == .poison)
  }

  /// A user's own messages do not meet those of a plan, whatever their tags, also when they are sent first.
  @Test func messagesOfTheUserStayApart() throws {
    let world = MPITesting.world
    let grid = try CartesianGrid(
      global: [4 * world.size, 6], periodic: [true, true], processGrid: [world.size, 1], over: world)
    let oracle = HaloOracle(extents: grid.extents, periodic: [true, true], stencil: .box)
    var u = try Field<Double, 2>(on: grid, halo: 1, repeating: .poison)
    var plan = try HaloPlan(for: u, on: grid)
    oracle.prepare(&u)
    let (next, before) = ((world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size)
    let mine = Array(repeating: -1.0 - Double(world.rank), count: 8)
    var theirs = Array(repeating: 0.0, count: 8)
    let request = try world.startSend(mine.span, to: next, tag: 0)
    try plan.exchange(&u)
    var memory = theirs.mutableSpan
    try world.receive(into: &memory, from: before, tag: 0)
    try request.wait()
    try expectNothingWrong(oracle.firstWrong(u))
    try expectOnAllRanks(theirs == Array(repeating: -1.0 - Double(before), count: 8))
  }

  /// Two plans on two grids in flight at once do not meet.
  @Test func twoPlansInFlight() throws {
    let world = MPITesting.world
    let one = try grid()
    let two = try CartesianGrid(global: [9, 8], periodic: [false, true], over: world)
    let other = HaloOracle(extents: [9, 8], periodic: [false, true], stencil: .star, salt: 5)
    var u = try Field<Double, 2>(on: one, halo: 1, repeating: .poison)
    var v = try Field<Double, 2>(on: two, halo: 1, repeating: .poison)
    var first = try HaloPlan(for: u, on: one)
    var second = try HaloPlan(for: v, on: two, stencil: .star)
    oracle().prepare(&u)
    other.prepare(&v)
    try first.exchange(&u) { _ in try second.exchange(&v) }
    try expectNothingWrong(oracle().firstWrong(u))
    try expectNothingWrong(other.firstWrong(v))
  }
}
