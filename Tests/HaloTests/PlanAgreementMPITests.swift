import MPITesting
import Testing

@testable import Halo

/// What ranks disagree on is found when the plan is built: by all ranks, as the same error.
@Suite(.serialized, .mpi) struct PlanAgreementMPITests {
  private var world: Communicator { MPITesting.world }

  private func grid(_ extents: [Int] = [48, 24]) throws -> CartesianGrid {
    try CartesianGrid(global: extents, periodic: true, processGrid: [world.size, 1], over: world)
  }

  /// The rank that differs: the last one, if there is another to differ from.
  private var odd: Int { world.size - 1 }
  private var isOdd: Bool { world.size > 1 && world.rank == odd }

  private func expect(
    _ found: HaloError?, _ property: String, _ expected: String, _ value: String, field: String
  ) throws {
    let wanted: HaloError? =
      world.size == 1
      ? nil
      : .fieldMismatch(
        FieldMismatch(
          rank: odd, peer: 0, field: field, property: property, expected: expected, found: value))
    try expectNothingWrong(found == wanted ? nil : "found \(String(describing: found))")
  }

  @Test func haloDiffers() throws {
    let grid = try grid()
    let u = try Field<Double, 2>(on: grid, halo: isOdd ? [1, 2] : 1, name: "height")
    let found = thrownHaloError { _ = try HaloPlan(for: u, on: grid) }
    try expect(found, "halo", "[1, 1]", "[1, 2]", field: "'height'")
  }

  @Test func dtypeDiffers() throws {
    let grid = try grid()
    let found = thrownHaloError {
      if isOdd {
        _ = try HaloPlan(for: try Field<Float, 2>(on: grid, halo: 1, name: "height"), on: grid)
      } else {
        _ = try HaloPlan(for: try Field<Double, 2>(on: grid, halo: 1, name: "height"), on: grid)
      }
    }
    try expect(found, "dtype", "float64", "float32", field: "'height'")
  }

  @Test func orderOfFieldsDiffers() throws {
    let grid = try grid()
    let u = try Field<Double, 2>(on: grid, halo: 1, name: "u")
    let v = try Field<Double, 2>(on: grid, halo: 1, name: "v")
    let found = thrownHaloError {
      _ = isOdd ? try HaloPlan(for: v, u, on: grid) : try HaloPlan(for: u, v, on: grid)
    }
    try expect(found, "name", "'u'", "'v'", field: "'v'")
  }

  @Test func numberOfFieldsDiffers() throws {
    let grid = try grid()
    let u = try Field<Double, 2>(on: grid, halo: 1)
    let v = try Field<Double, 2>(on: grid, halo: 1)
    let found = thrownHaloError {
      _ = isOdd ? try HaloPlan(for: u, on: grid) : try HaloPlan(for: u, v, on: grid)
    }
    try expect(found, "number of fields", "2", "1", field: "plan")
  }

  @Test func optionalIsNilOnOneRank() throws {
    let grid = try grid()
    let u: Field<Double, 2>? = isOdd ? nil : try Field<Double, 2>(on: grid, halo: 1)
    let found = thrownHaloError { _ = try HaloPlan<2>(for: u, on: grid) }
    try expect(found, "presence", "dtype float64", "presence nil", field: "number 0")
  }

  @Test func stencilDiffers() throws {
    let grid = try grid()
    let u = try Field<Double, 2>(on: grid, halo: 1)
    let found = thrownHaloError { _ = try HaloPlan(for: u, on: grid, stencil: isOdd ? .star : .box) }
    try expect(found, "stencil", "box", "star", field: "plan")
  }

  @Test func gridDiffers() throws {
    let grid = try grid(isOdd ? [48, 25] : [48, 24])
    let u = try Field<Double, 2>(on: grid, halo: 1)
    let found = thrownHaloError { _ = try HaloPlan(for: u, on: grid) }
    try expect(found, "extents", "[48, 24]", "[48, 25]", field: "grid")
  }

  @Test func periodicAxesDiffer() throws {
    let grid = try CartesianGrid(
      global: [48, 24], periodic: [true, !isOdd], processGrid: [world.size, 1], over: world)
    let u = try Field<Double, 2>(on: grid, halo: 1)
    let found = thrownHaloError { _ = try HaloPlan(for: u, on: grid) }
    try expect(found, "periodic axes", "[true, true]", "[true, false]", field: "grid")
  }

  @Test func processGridDiffers() throws {
    let size = world.size
    let grid = try CartesianGrid(
      global: [48, 24], periodic: true, processGrid: isOdd ? [1, size] : [size, 1], over: world)
    let u = try Field<Double, 2>(on: grid, halo: 1)
    let found = thrownHaloError { _ = try HaloPlan(for: u, on: grid) }
    try expect(found, "process grid", "\([size, 1])", "\([1, size])", field: "grid")
  }

  private enum Heavy { struct Particle: BitwiseCopyable, ArrayElement { var x = 0.0, mass = 0.0 } }
  private enum Light { struct Particle: BitwiseCopyable, ArrayElement { var x = 0.0 } }

  /// Structs of one name on all ranks, and of another size on one.
  @Test func sizeOfElementsDiffers() throws {
    let grid = try grid()
    let found = thrownHaloError {
      if isOdd {
        let u = try Field<Light.Particle, 2>(on: grid, halo: 1, repeating: .init())
        _ = try HaloPlan(for: u, on: grid)
      } else {
        let u = try Field<Heavy.Particle, 2>(on: grid, halo: 1, repeating: .init())
        _ = try HaloPlan(for: u, on: grid)
      }
    }
    guard Heavy.Particle.dtype.description == Light.Particle.dtype.description else {
      // Their full names tell them apart before their sizes do.
      try expect(
        found, "dtype", Heavy.Particle.dtype.description, Light.Particle.dtype.description, field: "number 0")
      return
    }
    try expect(found, "bytes an element", "16", "8", field: "number 0")
  }

  /// A field that is not its rank's block, on one rank only: all ranks say which.
  @Test func blockDiffersFromTheGrid() throws {
    let grid = try grid()
    let block = grid.owned.map(\.count)
    let u = try Field<Double, 2>(
      [world.rank == odd ? block[0] + 1 : block[0], block[1]], halo: 1, repeating: 0, name: "height")
    let found = thrownHaloError { _ = try HaloPlan(for: u, on: grid) }
    let last = grid.topology.owned(by: odd).map(\.count)
    let wanted = HaloError.fieldMismatch(
      FieldMismatch(
        rank: odd, peer: nil, field: "'height'", property: "extents",
        expected: "\(last), this rank's block of the grid", found: "[\(last[0] + 1), \(last[1])]"))
    try expectNothingWrong(found == wanted ? nil : "found \(String(describing: found))")
  }

  /// A halo that fits only some blocks is refused on every rank, without a message.
  @Test func haloWiderThanOneBlock() throws {
    // Uneven: the first rank has a point more than the last.
    let grid = try CartesianGrid(
      global: [2 * world.size + 1, 12], periodic: true, processGrid: [world.size, 1], over: world)
    let found = thrownHaloError { _ = try Field<Double, 2>(on: grid, halo: [4, 1]) }
    let block = (2 * world.size + 1) / world.size
    let wanted = HaloError.topology(
      .haloWiderThanBlock(axis: 0, halo: 4, block: block, rank: world.size - 1))
    try expectNothingWrong(found == wanted ? nil : "found \(String(describing: found))")
  }

  @Test func axesDifferFromTheGrid() throws {
    let grid = try grid()
    let found = thrownHaloError { _ = try Field<Double, 3>(on: grid, halo: 1, name: "height") }
    let wanted = HaloError.fieldMismatch(
      FieldMismatch(
        rank: world.rank, peer: nil, field: "height", property: "number of axes",
        expected: "2, as its grid has", found: "3",
        advice: "give the field as many axes as the grid, or say with axes: what each of them is"))
    #expect(found == wanted)
  }

  /// A field that the plan was not built for is refused before anything is sent; the plan stays usable.
  @Test func otherFieldThanThePlans() throws {
    let grid = try grid()
    var u = try Field<Double, 2>(on: grid, halo: 1)
    var wide = try Field<Double, 2>(on: grid, halo: 2)
    var single = try Field<Float, 2>(on: grid, halo: 1)
    var plan = try HaloPlan(for: u, on: grid)
    let halo = thrownHaloError { try plan.exchange(&wide) }
    let dtype = thrownHaloError { try plan.exchange(&single) }
    let number = thrownHaloError { try plan.exchange(&u, &wide) }
    #expect("\(halo.map(\.description) ?? "")".contains("halo: expected [1, 1], found [2, 2]"))
    #expect("\(dtype.map(\.description) ?? "")".contains("dtype: expected float64, found float32"))
    #expect("\(number.map(\.description) ?? "")".contains("number of fields: expected 1, found 2"))
    let oracle = HaloOracle(extents: [48, 24], periodic: [true, true], stencil: .box)
    oracle.prepare(&u)
    try plan.exchange(&u)
    try expectNothingWrong(oracle.firstWrong(u))
  }

  /// A field that is there when the plan is built, and absent in an exchange, or the other way round.
  @Test func optionalsThatComeAndGo() throws {
    let grid = try grid()
    var there: Field<Double, 2>? = try Field<Double, 2>(on: grid, halo: 1, name: "height")
    var absent: Field<Double, 2>?
    var plan = try HaloPlan<2>(for: there, on: grid)
    var empty = try HaloPlan<2>(for: absent, on: grid)
    let gone = thrownHaloError { try plan.exchange(&absent) }
    let come = thrownHaloError { try empty.exchange(&there) }
    #expect("\(gone.map(\.description) ?? "")".contains("'height', presence: expected a field, found nil"))
    #expect("\(come.map(\.description) ?? "")".contains("presence: expected no field, found a field"))
    try plan.exchange(&there)
    try empty.exchange(&absent)
  }

  /// A rank that does not take part is named by those that wait for it.
  @Test func missingRankIsNamed() throws {
    guard world.size > 1 else { return }
    let patient = try world.duplicate()
    patient.timeLimit = .milliseconds(300)
    let grid = try CartesianGrid(
      global: [48, 24], periodic: true, processGrid: [world.size, 1], over: patient)
    var u = try Field<Double, 2>(on: grid, halo: 1)
    var plan = try HaloPlan(for: u, on: grid)
    var found: HaloError?
    if !isOdd { found = thrownHaloError { try plan.exchange(&u) } }
    try world.barrier()
    // What did not come may still come, and would answer the next exchange.
    #expect(plan.runner.isBroken == (found != nil))
    if !isOdd, case .timedOut(let rank, let peers, _) = found {
      #expect(rank == world.rank)
      let isNeighbour =
        grid.topology.rank(at: [world.rank + 1, 0]) == odd
        || grid.topology.rank(at: [world.rank - 1, 0]) == odd
      #expect(!isNeighbour || peers == [odd])
    } else if !isOdd {
      // Without the odd rank for a neighbour everything arrives.
      #expect(found == nil)
      #expect(world.size > 3)
    }
    try world.barrier()
  }
}
