import AllocationCounting
import Halo
import MPITesting
import Testing

/// After the plan is built and the first updates have run, an update allocates nothing: the only ones are the MPI library's own.
@Suite(.serialized, .mpi(upTo: 6)) struct AllocationMPITests {
  private var world: Communicator { MPITesting.world }

  private struct Model: ~Copyable {
    var plan, byAxis: HaloPlan<3>
    var old, new: Field<Double, 3>
    var tracer: Field<Float, 3>

    init(timer: Timer?, route: HaloRoute?) throws {
      let grid = try CartesianGrid(
        global: [12 * MPITesting.world.size, 10, 11], periodic: [true, true, false],
        processGrid: [MPITesting.world.size, 1, 1], over: MPITesting.world)
      let old = try Field<Double, 3>(on: grid, halo: 2)
      let new = try Field<Double, 3>(on: grid, halo: 2)
      let tracer = try Field<Float, 3>(on: grid, halo: 1)
      let plan = try HaloPlan(for: old, tracer, on: grid, route: route, timer: timer)
      byAxis = try HaloPlan(for: old, tracer, on: grid, corners: .axisByAxis, route: route, timer: timer)
      self.plan = plan
      self.old = old
      self.new = new
      self.tracer = tracer
    }

    private static func addOne(
      _ field: borrowing Field<Double, 3>, into v: inout Field<Double, 3>, over box: Box<3>
    ) {
      let u = field.view
      var v = v.mutableView
      for i in box[0] {
        for j in box[1] {
          field.progress()
          let row = u.row(i, j, box[2])
          var out = v.row(i, j, box[2])
          for x in out.indices { out[x] = row[x] + 1 }
        }
      }
    }

    /// One of each verb.
    mutating func step() throws {
      try plan.update(&old, &tracer) { old, _, box in Self.addOne(old, into: &new, over: box) }
      swap(&old, &new)
      try plan.exchange(&old, &tracer)
      try plan.exchange(&old, &tracer) { old, _ in _ = old[1, 1, 1] }
      try plan.exchangeInPlace(&old, &tracer) { old, _ in old[5, 5, 5] += 1 }
      try plan.accumulate(&old, &tracer, .max)
      try plan.exchange(&old, &tracer, width: 1)
      try plan.update(&old, &tracer, width: 1) { _, _, _ in }
      try byAxis.exchange(&old, &tracer)
    }
  }

  @Test(
    .enabled(if: AllocationCounting.isAvailable),
    arguments: HaloRoute.betweenRanks.map { ($0, false) } + [(nil, false), (nil, true)])
  func updatesAllocateNothing(route: HaloRoute?, timed: Bool) throws {
    // Without MPI a message of a datatype is lowered each time that it is passed on.
    if route == .datatype, world.isWithinProcess { return }
    var model = try Model(timer: timed ? Timer() : nil, route: route)
    for _ in 0..<20 { try model.step() }
    try world.barrier()
    let allocations = try AllocationCounting.count { for _ in 0..<100 { try model.step() } }
    try expectNothingWrong(
      allocations.ours == 0
        ? nil : "\(allocations) allocations in 800 exchanges by \(route?.rawValue ?? "any route")")
  }

  /// The counter does count, and tells whose allocation it was.
  @Test(.enabled(if: AllocationCounting.isAvailable)) func allocationsAreCounted() throws {
    var array: [Int] = []
    let mine = AllocationCounting.count { array = Array(repeating: 1, count: 1000) }
    #expect(array.count == 1000)
    #expect(mine.ours >= 1)
    #expect(mine.mpi == 0)
    guard MPITesting.isLaunched else { return }
    var copies: [Communicator] = []
    copies.reserveCapacity(1)
    let library = try AllocationCounting.count { copies.append(try MPITesting.world.duplicate()) }
    #expect(library.mpi >= 1)
  }
}
