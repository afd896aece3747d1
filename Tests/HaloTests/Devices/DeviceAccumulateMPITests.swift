import ComplexModule
import DeviceTesting
import Halo
import MPITesting
import SeededRandom
import Testing

/// Halo cells of fields on devices combined into their owners: by every route the bits that it leaves in the process's
/// memory, of all types, those that no device combines too.
@Suite(.serialized, .mpi(upTo: 2)) struct DeviceAccumulateMPITests {
  private var world: Communicator { MPITesting.world }

  private static let routes: [HaloRoute] = [.staged, .oneShot, .direct, .peer]

  private func check<Element: ArrayElement & Equatable>(
    _ combinations: [Combination] = Combination.allCases, on device: Device, seed: UInt64,
    _ random: (inout SeededGenerator) -> Element
  ) throws {
    var generator = SeededGenerator(state: seed)
    let (grid, halo) = try randomGrid(over: world, &generator)
    let stencil: Stencil = Bool.random(using: &generator) ? .box : .star
    let zero = random(&generator)
    func field(_ allocator: Allocator) throws -> Field<Element, 3> {
      try Field<Element, 3>(on: grid, halo: HaloWidths(halo), repeating: zero, allocator: allocator)
    }
    var here = try field(.host)
    var there = try field(.device(device))
    func fill(_ salt: Int) {
      var generator = SeededGenerator(state: seed &+ UInt64(1000 * world.rank + salt))
      here.forEachMutableRow(in: here.allocated) { _, row in
        for x in row.indices { row[x] = random(&generator) }
      }
    }
    func values() -> [Element] {
      var values: [Element] = []
      here.forEachRow(in: here.allocated) { _, row in for x in row.indices { values.append(row[x]) } }
      return values
    }

    var inMemory = try HaloPlan<3>(for: here, on: grid, stencil: stencil)
    var expected: [[Element]] = []
    for (salt, combination) in combinations.enumerated() {
      fill(salt)
      try inMemory.accumulate(&here, combination)
      expected.append(values())
    }
    for route in Self.routes {
      var plan = try HaloPlan<3>(for: there, on: grid, stencil: stencil, route: route)
      for (salt, combination) in combinations.enumerated() {
        fill(salt)
        try there.assign(from: here)
        try plan.accumulate(&there, combination)
        try here.assign(from: there)
        try expectNothingWrong(
          values() == expected[salt] ? nil : "\(combination) of \(Element.dtype) by \(route)",
          "\(grid) \(halo) \(stencil)")
      }
    }
  }

  @Test(arguments: TestDevice.all) func integers(on which: TestDevice) throws {
    let (device, seed) = (try which.device, try sharedSeed())
    try check(on: device, seed: seed) { Int8.random(in: .min ... .max, using: &$0) }
    try check(on: device, seed: seed &+ 1) { UInt16.random(in: .min ... .max, using: &$0) }
    try check(on: device, seed: seed &+ 2) { Int32.random(in: .min ... .max, using: &$0) }
    try check(on: device, seed: seed &+ 3) { UInt64.random(in: .min ... .max, using: &$0) }
  }

  @Test(arguments: TestDevice.all) func complexNumbers(on which: TestDevice) throws {
    let (device, seed) = (try which.device, try sharedSeed())
    try check([.sum], on: device, seed: seed) {
      Complex<Float>(.random(in: -1...1, using: &$0), .random(in: -1...1, using: &$0))
    }
    try check([.sum], on: device, seed: seed &+ 1) {
      Complex<Double>(.random(in: -1...1, using: &$0), .random(in: -1...1, using: &$0))
    }
  }

  @Test(arguments: TestDevice.all) func numbersThatNoDeviceCombines(on which: TestDevice) throws {
    let (device, seed) = (try which.device, try sharedSeed())
    try check(on: device, seed: seed) { Float16.random(in: -1...1, using: &$0) }
    try check([.max], on: device, seed: seed &+ 1) { Int128.random(in: .min ... .max, using: &$0) }
  }

  // MARK: Turned values

  /// Two vectors, one of integers.
  private struct Winds: ~Copyable, HaloState {
    var x, y: MirroredField<Float, 2>
    var countX, countY: MirroredField<Int64, 2>
    let isThere: Bool

    init(_ extents: InlineArray<2, Int>, halo: HaloWidths, on device: Device, isThere: Bool) throws {
      let x = try MirroredField<Float, 2>(extents, halo: halo, on: device)
      let y = try MirroredField<Float, 2>(extents, halo: halo, on: device)
      let countX = try MirroredField<Int64, 2>(extents, halo: halo, on: device)
      let countY = try MirroredField<Int64, 2>(extents, halo: halo, on: device)
      self.x = x
      self.y = y
      self.countX = countX
      self.countY = countY
      self.isThere = isThere
    }

    func fields(_ list: inout FieldList) {
      if isThere {
        list.addVector(x: x.there, y: y.there)
        list.addVector(x: countX.there, y: countY.there)
      } else {
        list.addVector(x: x.here, y: y.here)
        list.addVector(x: countX.here, y: countY.here)
      }
    }

    mutating func fillAtRandom(_ seed: UInt64) throws {
      var generator = SeededGenerator(state: seed)
      x.here.fillAtRandom(&generator)
      y.here.fillAtRandom(&generator)
      countX.here.fillAtRandom(&generator)
      countY.here.fillAtRandom(&generator)
      try x.send()
      try y.send()
      try countX.send()
      try countY.send()
    }

    mutating func fetch() throws {
      try x.fetch()
      try y.fetch()
      try countX.fetch()
      try countY.fetch()
    }

    /// What the fields of the process's memory hold.
    var bits: [UInt64] { x.here.bits + y.here.bits + countX.here.bits + countY.here.bits }
  }

  /// Values come back as they left, components of vectors with their sign.
  @Test(arguments: TestDevice.all) func randomLinks(on which: TestDevice) throws {
    let device = try which.device
    var generator = SeededGenerator(state: try sharedSeed())
    for _ in MPITesting.rounds(2) {
      let random = RandomLinks(ranks: world.size, axes: 2, allTurns: true, &generator)
      let (me, halo) = (world.rank, HaloWidths(random.halo))
      let extents = InlineArray<2, Int> { random.extents[me][$0] }
      let grid = LinkedGrid(random.links[me], axisCount: 2, over: world)
      let seed = UInt64.random(in: 0...(.max), using: &generator)
      var here = try Winds(extents, halo: halo, on: device, isThere: false)
      var inMemory = try HaloPlan<2>(for: here, on: grid)
      for combination in Combination.allCases {
        try here.fillAtRandom(seed &+ UInt64(me))
        try inMemory.accumulate(&here, combination)
        for route in Self.routes {
          var there = try Winds(extents, halo: halo, on: device, isThere: true)
          try there.fillAtRandom(seed &+ UInt64(me))
          var plan = try HaloPlan<2>(for: there, on: grid, route: route)
          try plan.accumulate(&there, combination)
          try there.fetch()
          try expectNothingWrong(there.bits == here.bits ? nil : "\(combination) by \(route)", "\(grid)")
        }
      }
    }
  }
}
