import Testing

@testable import Halo

/// What the types cannot stop is stopped when the program runs, with a message that names the cell and the mend.
@Suite struct InFlightRuleTests {
  private static func withField(
    _ body: (inout HaloPlan<2>, inout Field<Double, 2>) throws -> Void
  ) {
    MPI.run { world in
      let grid = try CartesianGrid(global: [8, 8], periodic: true, over: world)
      var u = try Field<Double, 2>(on: grid, halo: [2, 1], name: "u")
      var plan = try HaloPlan(for: u, on: grid)
      try body(&plan, &u)
    }
  }

  /// One shared field, and another one like it that no plan knows.
  private static func withSharedField(
    _ body: (inout HaloPlan<1>, inout [SharedField<Double, 1>], inout Field<Double, 1>) throws -> Void
  ) {
    MPI.run { world in
      let grid = try CartesianGrid(global: [8], periodic: true, over: world)
      var all = [SharedField(try Field<Double, 1>(on: grid, halo: 1, name: "u"))]
      var other = try Field<Double, 1>(on: grid, halo: 1)
      var plan = try HaloPlan<1>(for: all, on: grid)
      try body(&plan, &all, &other)
    }
  }

  private static func expect(_ result: ExitTest.Result?, says words: String...) {
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    for word in words { #expect(text.contains(word), "\(text)") }
  }

  @Test func readingTheHaloInFlight() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Self.withField { plan, u in try plan.exchange(&u) { u in _ = u[-1, 3] } }
    }
    Self.expect(result, says: "[-1, 3]", "receiving the halo", "[0..<8, 0..<8]")
  }

  @Test func readingARowOfTheHaloInFlight() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Self.withField { plan, u in try plan.exchange(&u) { u in _ = u.row(3, 0..<9) } }
    }
    Self.expect(result, says: "[3, 0..<9]", "receiving the halo")
  }

  @Test func readingTheHaloThroughAViewInFlight() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Self.withField { plan, u in
        try plan.update(&u) { u, box in _ = u.view.row(box.lower[0] - 1, box[1].shifted(by: -2)) }
      }
    }
    Self.expect(result, says: "receiving the halo")
  }

  @Test func stagingTheHaloInFlight() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Self.withField { plan, u in try plan.exchange(&u) { u in _ = u.strided(u.allocated).layout } }
    }
    Self.expect(result, says: "receiving the halo")
  }

  @Test func writingACellThatIsSent() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Self.withField { plan, u in try plan.exchangeInPlace(&u) { u in u[1, 4] = 1 } }
    }
    Self.expect(result, says: "[1, 4]", "sending or receiving", "[2..<6, 1..<7]")
  }

  @Test func writingAnotherThreadsSlab() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Self.withField { plan, u in
        var v = try Field<Double, 2>([8, 8], halo: 0, repeating: 0)
        try plan.update(&u, writing: &v, concurrently: 2) { _, v, box in v[[box.upper[0], 1]] = 0 }
      }
    }
    Self.expect(result, says: "outside the slab", "this call of the kernel may write")
  }

  @Test func handingAFieldInFlightToThreads() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      MPI.run { world in
        let grid = try CartesianGrid(global: [8, 8], periodic: true, over: world)
        var u = try Field<Double, 2>(on: grid, halo: 1)
        let shared = SharedField(try Field<Double, 2>(on: grid, halo: 1, name: "v"))
        var all = [shared]
        var plan = try HaloPlan<2>(for: all, on: grid)
        var other = try HaloPlan(for: u, on: grid)
        try plan.exchange(&all) { _ in
          try other.update(&u, writing: &shared.field, concurrently: 2) { _, _, _ in }
        }
      }
    }
    Self.expect(result, says: "'v' is written by several threads while it is in an exchange")
  }

  @Test func writingTheHaloInFlight() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Self.withField { plan, u in try plan.exchangeInPlace(&u) { u in u[8, 4] = 1 } }
    }
    Self.expect(result, says: "[8, 4]", "sending or receiving")
  }

  @Test func replacingAFieldInFlight() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Self.withField { plan, u in
        try plan.exchangeInPlace(&u) { u in u = try Field([8, 8], halo: [2, 1], repeating: 0) }
      }
    }
    Self.expect(result, says: "'u'", "replaced", "swap after it")
  }

  /// What stands behind a reference can be replaced although its owner is only lent: the halo would go to the old one.
  @Test func swappingASharedFieldInFlight() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Self.withSharedField { plan, all, other in
        let shared = all[0]
        try plan.exchange(&all) { _ in swap(&shared.field, &other) }
      }
    }
    Self.expect(result, says: "'u'", "replaced", "swap after it")
  }

  @Test func swappingASharedFieldInAnUpdate() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Self.withSharedField { plan, all, other in
        let shared = all[0]
        try plan.update(&all) { _, _ in swap(&shared.field, &other) }
      }
    }
    Self.expect(result, says: "'u'", "replaced", "swap after it")
  }

  /// A plan whose exchange has failed may have messages under way that would answer the next one.
  @Test func anExchangeAfterOneThatFailed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      MPI.run { world in
        let grid = try CartesianGrid(global: [8], periodic: true, over: world)
        var u = try Field<Double, 1>(on: grid, halo: 1)
        var plan = try HaloPlan(for: u, on: grid)
        plan.runner.isBroken = true
        try plan.exchange(&u)
      }
    }
    Self.expect(result, says: "last exchange failed midway", "build another plan")
  }

  @Test func oneSharedFieldTwiceInOneExchange() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      MPI.run { world in
        let grid = try CartesianGrid(global: [8], periodic: true, over: world)
        let shared = SharedField(try Field<Double, 1>(on: grid, halo: 1))
        var both = [shared, shared]
        var plan = try HaloPlan<1>(for: both, on: grid)
        try plan.exchange(&both)
      }
    }
    Self.expect(result, says: "two exchanges at once")
  }

  /// Clones may be in flight at once, a field in two of them not.
  @Test func oneFieldInTwoExchangesAtOnce() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      MPI.run { world in
        let grid = try CartesianGrid(global: [8], periodic: true, over: world)
        let shared = SharedField(try Field<Double, 1>(on: grid, halo: 1, name: "u"))
        var (one, other) = ([shared], [shared])
        var plan = try HaloPlan<1>(for: one, on: grid)
        var clone = try plan.clone()
        try plan.exchange(&one) { _ in try clone.exchange(&other) }
      }
    }
    Self.expect(result, says: "'u'", "two exchanges at once", "end the first exchange")
  }

  /// Links that send from deep inside a block leave a body nothing that it may safely write.
  @Test func writingWhereLinksSendFromAnywhere() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      MPI.run { world in
        var u = try Field<Double, 1>([8], halo: 1, repeating: 0)
        let links = [Link("a", to: "a", ofRank: world.rank, send: [4..<5], receive: [8..<9])]
        var plan = try HaloPlan(for: u, links: links, over: world)
        try plan.exchangeInPlace(&u) { _ in }
      }
    }
    Self.expect(result, says: "further inside", "use exchange(_:while:)")
  }

  @Test func accessToASharedFieldInFlight() async {
    await #expect(processExitsWith: .failure) {
      MPI.run { world in
        let grid = try CartesianGrid(global: [8], periodic: true, over: world)
        let shared = SharedField(try Field<Double, 1>(on: grid, halo: 1))
        var plan = try HaloPlan(for: shared.field, on: grid)
        try plan.exchange(&shared.field) { _ in shared.field[0] = 1 }
      }
    }
  }

  @Test func cellsOutsideAField() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let u = try Field<Double, 2>([8, 8], halo: [2, 1], repeating: 0)
      _ = u[0, 9]
    }
    Self.expect(result, says: "[0, 9]", "outside the field and its halo", "[-2..<10, -1..<9]")
  }

  @Test func rowsOutsideAField() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var u = try Field<Double, 2>([8, 8], halo: [2, 1], repeating: 0)
      var row = u.mutableRow(10, 0..<8)
      row[0] = 1
    }
    Self.expect(result, says: "[10, 0..<8]", "outside the field and its halo")
  }

  /// Neither a cell nor a count so large that their sum wraps around comes through.
  @Test func cellsBeyondAllIntegers() async {
    let cell = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let u = try Field<Double, 2>([8, 8], halo: [2, 1], repeating: 0)
      _ = u[0, .max]
    }
    Self.expect(cell, says: "outside the field and its halo")
    let row = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let u = try Field<Double, 2>([8, 8], halo: [2, 1], repeating: 0)
      _ = u.row(from: [0, 1], count: .max)
    }
    Self.expect(row, says: "outside the field and its halo")
    let view = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var u = try Field<Double, 1>([8], halo: 1, repeating: 0)
      var view = u.mutableView
      view[.max] = 1
    }
    Self.expect(view, says: "outside the field and its halo")
  }

  @Test func rowsOfNegativeLength() async {
    await #expect(processExitsWith: .failure) {
      let u = try Field<Double, 2>([8, 8], halo: [2, 1], repeating: 0)
      _ = u.row(from: [0, 0], count: -1)
    }
  }

  /// The same reads and writes are fine before and after.
  @Test func everythingIsReachableOutsideAFlight() throws {
    var u = try Field<Double, 2>([8, 8], halo: [2, 1], repeating: 3)
    u[-2, -1] = 4
    #expect(u[-2, -1] == 4)
    #expect(u[9, 8] == 3)
    #expect(u.row(-1, -1..<9).count == 10)
    #expect(u.view.reach == u.allocated)
    let reach = u.mutableView.reach
    #expect(reach == u.allocated)
  }
}
