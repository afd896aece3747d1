import Halo
import MPITesting
import Testing

/// Fields whose axes cannot be are refused, alike on all ranks, with the name of the field.
@Suite(.serialized, .mpi) struct FieldAxesErrorMPITests {
  private func grid() throws -> CartesianGrid {
    try CartesianGrid(
      global: [3 * MPITesting.world.size, 7], periodic: true, processGrid: [MPITesting.world.size, 1],
      over: MPITesting.world)
  }

  private func expectRefused(
    _ axes: [FieldAxis], halo: HaloWidths = 0, rowPadding: Int = 0, property: String, expected: String,
    found: String
  ) throws {
    let grid = try grid()
    let error = thrownHaloError {
      _ = try Field<Double, 2>(on: grid, axes: axes, halo: halo, rowPadding: rowPadding, name: "u")
    }
    let wanted = HaloError.invalidField(
      InvalidField(field: "field 'u'", property: property, expected: expected, found: found))
    try expectNothingWrong(error == wanted ? nil : "found \(String(describing: error))")
  }

  @Test func axesThatCannotBe() throws {
    try expectRefused(
      [.grid(0), .grid(0)], property: "axes", expected: "each axis of the grid at most once",
      found: "grid axis 0 twice")
    try expectRefused(
      [.grid(1, staggered: true), .grid(1)], property: "axes", expected: "each axis of the grid at most once",
      found: "grid axis 1 twice")
    try expectRefused(
      [.grid(0), .grid(2)], property: "axis 1", expected: "a grid axis from 0 to 1", found: "2")
    try expectRefused(
      [.grid(-1), .grid(0)], property: "axis 0", expected: "a grid axis from 0 to 1", found: "-1")
    try expectRefused(
      [.grid(0), .extra(0)], property: "axis 1", expected: "1 extra point or more", found: "0")
    try expectRefused(
      [.extra(-5), .grid(0)], property: "axis 0", expected: "1 extra point or more", found: "-5")
    try expectRefused([.grid(0)], property: "axes", expected: "2, one an axis of the field", found: "1")
    try expectRefused(
      [.grid(0), .grid(1), .extra(2)], property: "axes", expected: "2, one an axis of the field", found: "3")
  }

  @Test func extentsThatOverflow() throws {
    try expectRefused(
      [.grid(0), .extra(.max)], property: "extents", expected: "bytes that an integer can count",
      found: "[3, 9223372036854775807] points with the halo")
    try expectRefused(
      [.grid(0), .extra(4)], halo: [0, HaloSides(lower: .max, upper: .max)], property: "extents",
      expected: "bytes that an integer can count", found: "[3, 9223372036854775807] points with the halo")
    try expectRefused(
      [.grid(0), .extra(4)], rowPadding: .max, property: "extents",
      expected: "bytes that an integer can count",
      found: "[3, 4] points with the halo and 9223372036854775807 behind each row")
  }

  /// What fills the halo of a staggered field are points beside the shared one: as many as cells, not as points.
  @Test func staggeredHaloWiderThanTheBlock() throws {
    let grid = try grid()
    let axes: [FieldAxis] = [.grid(0, staggered: true), .grid(1)]
    _ = try Field<Double, 2>(on: grid, axes: axes, halo: [3, 0])
    let error = thrownHaloError { _ = try Field<Double, 2>(on: grid, axes: axes, halo: [4, 0]) }
    let wanted = HaloError.topology(
      .haloWiderThanBlock(axis: 0, halo: 4, block: 3, rank: MPITesting.world.size - 1))
    try expectNothingWrong(error == wanted ? nil : "found \(String(describing: error))")
  }

  /// Widths are counted along the field's axes, not the grid's.
  @Test func wrongNumberOfWidths() throws {
    let grid = try grid()
    let error = thrownHaloError {
      _ = try Field<Double, 3>(on: grid, axes: [.extra(2), .grid(0), .grid(1)], halo: [1, 1])
    }
    try expectOnAllRanks(error == .topology(.wrongLength(of: "halo widths", expected: 3, found: 2)))
  }

  @Test func axesDifferBetweenRanks() throws {
    let world = MPITesting.world
    let grid = try grid()
    let isOdd = world.size > 1 && world.rank == world.size - 1
    let u = try Field<Double, 2>(
      on: grid, axes: [.grid(0), .grid(1, staggered: isOdd)], halo: 1, name: "u")
    let error = thrownHaloError { _ = try HaloPlan(for: u, on: grid) }
    let wanted: HaloError? =
      world.size == 1
      ? nil
      : .fieldMismatch(
        FieldMismatch(
          rank: world.size - 1, peer: 0, field: "'u'", property: "axes",
          expected: "[grid axis 0, grid axis 1]", found: "[grid axis 0, grid axis 1, staggered]"))
    try expectNothingWrong(error == wanted ? nil : "found \(String(describing: error))")
  }

  /// A field of other axes than the plan's is refused before anything is sent.
  @Test func otherAxesThanThePlans() throws {
    let grid = try grid()
    var u = try Field<Double, 2>(on: grid, axes: [.grid(0), .extra(7)], halo: 0)
    var v = try Field<Double, 2>(on: grid, halo: 0)
    var plan = try HaloPlan<2>(for: u, on: grid)
    let error = thrownHaloError { try plan.exchange(&v) }
    try expectOnAllRanks(
      "\(error.map(\.description) ?? "")".contains("axes: expected [grid axis 0, 7 extra points], found"))
    try plan.exchange(&u)
  }

  /// A field of another grid, of more axes.
  @Test func axesOfAnotherGrid() throws {
    let world = MPITesting.world
    let grid = try grid()
    let deep = try CartesianGrid(
      global: [3 * world.size, 7, 4], periodic: true, processGrid: [world.size, 1, 1], over: world)
    let u = try Field<Double, 2>(on: deep, axes: [.grid(0), .grid(2)], halo: 1)
    let error = thrownHaloError { _ = try HaloPlan(for: u, on: grid) }
    try expectOnAllRanks("\(error.map(\.description) ?? "")".contains("axes: expected those of a grid of 2"))
    let flat = try Field<Double, 3>(on: deep, halo: 1)
    let rank = thrownHaloError { _ = try HaloPlan(for: flat, on: grid) }
    try expectOnAllRanks("\(rank.map(\.description) ?? "")".contains("HaloPlan<2>(for: …)"))
  }
}
