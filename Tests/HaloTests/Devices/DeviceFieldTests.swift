import DeviceTesting
import Glibc
import Halo
import Testing

/// Fields in a device's memory: where their points lie, what they hold, and what is refused of them.
@Suite(.serialized) struct DeviceFieldTests {
  private func allocator(_ which: TestDevice) throws -> Allocator { .device(try which.device) }

  @Test(arguments: TestDevice.all) func rowsOfOwnedPointsBeginAtLines(on which: TestDevice) throws {
    func check<Element: ArrayElement & AdditiveArithmetic>(_ type: Element.Type, _ order: Layout.Order) throws
    {
      for lower in 0...5 {
        let field = try Field<Element, 3>(
          [3, 4, 5], halo: [HaloSides(lower: lower, upper: 2), 1, HaloSides(lower: 3, upper: lower)],
          repeating: .zero, order: order, allocator: try allocator(which))
        let found = field.deviceMemory
        let memory = try #require(found)
        let array = field.deviceArray(field.owned, on: try memory.device.queue)
        let rowAxis = field.rowAxis
        #expect((Int(bitPattern: memory.address) + array.layout.offset) % 128 == 0)
        for axis in 0..<3 where axis != rowAxis { #expect(array.layout.strides[axis] % 128 == 0) }
        #expect(array.layout.strides[rowAxis] == MemoryLayout<Element>.stride)
      }
    }
    try check(Double.self, .c)
    try check(Float.self, .fortran)
    try check(Int8.self, .c)
  }

  @Test(arguments: TestDevice.all) func everyPointHoldsItsFirstValueAndThenWhatIsAssigned(
    on which: TestDevice
  ) throws {
    for order in [Layout.Order.c, .fortran] {
      let halo: HaloWidths = [HaloSides(lower: 2, upper: 1), HaloSides(lower: 0, upper: 3), 1]
      var device = try Field<Double, 3>(
        [5, 4, 7], halo: halo, repeating: 2.5, order: order, allocator: try allocator(which))
      var host = try Field<Double, 3>([5, 4, 7], halo: halo, repeating: 0)
      try host.assign(from: device)
      expectAll(host) { _ in 2.5 }
      number(&host)
      try device.assign(from: host)
      // By way of another field of the device in the other order.
      var other = try Field<Double, 3>(
        [5, 4, 7], halo: halo, repeating: 1, order: order == .c ? .fortran : .c,
        allocator: try allocator(which))
      try other.assign(from: device)
      var back = try Field<Double, 3>([5, 4, 7], halo: halo, repeating: -1)
      try back.assign(from: other)
      expectAll(back) { Self.value($0) }
    }
  }

  private static func value(_ cell: InlineArray<3, Int>) -> Double {
    Double(10000 * cell[0] + 100 * cell[1] + cell[2])
  }

  private func number(_ field: inout Field<Double, 3>) {
    field.forEachMutableRow(in: field.allocated) { cell, row in
      var cell = cell
      for x in row.indices {
        row[x] = Self.value(cell)
        cell[2] += 1
      }
    }
  }

  private func expectAll(_ field: borrowing Field<Double, 3>, _ value: (InlineArray<3, Int>) -> Double) {
    var wrong = 0
    field.forEachRow(in: field.allocated) { cell, row in
      var cell = cell
      for x in row.indices {
        if row[x] != value(cell) { wrong += 1 }
        cell[2] += 1
      }
    }
    #expect(wrong == 0)
  }

  @Test(arguments: TestDevice.all) func fieldsAreMadeOfAdoptedMemory(on which: TestDevice) throws {
    try LocalWorld(ranks: 1).run { world in
      let device = try which.device
      let grid = try CartesianGrid(global: [4, 6], periodic: true, over: world)
      let values = (0..<48).map { Float($0) }
      let array = try DeviceArray<Float>(shape: [6, 8], queue: try device.queue)
      try array.assign(from: StridedView(values.span, shape: [6, 8]))
      let field = try Field<Float, 2>(adopting: array.memory, on: grid, halo: 1)
      var host = try Field<Float, 2>(on: grid, halo: 1)
      try host.assign(from: field)
      var wrong = 0
      host.forEachRow(in: host.allocated) { cell, row in
        for x in row.indices where row[x] != Float(8 * (cell[0] + 1) + x) { wrong += 1 }
      }
      #expect(wrong == 0)
      #expect(throws: HaloError.self) { _ = try Field<Float, 2>(adopting: array.memory, on: grid, halo: 2) }
    }
  }

  @Test(arguments: TestDevice.all) func aFieldOfAnotherShapeIsNotAssigned(on which: TestDevice) throws {
    var device = try Field<Double, 2>([4, 5], halo: 1, repeating: 0, allocator: try allocator(which))
    let host = try Field<Double, 2>([4, 5], halo: 2, repeating: 0)
    #expect(throws: HaloError.staging(.shape(expected: [6, 7], found: [8, 9]))) {
      try device.assign(from: host)
    }
  }

  @Test(.enabled(if: TestDevice.hasOpenCL, "no OpenCL device")) func theProcessorsAccessIsRefusedInWords()
    async throws
  {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let field = try Field<Double, 2>(
        [4, 5], halo: 1, repeating: 0, allocator: .device(try TestDevice.opencl.device))
      print(field[1, 1])
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("cell [1, 1] of a field in a device's memory, which the processor cannot touch"))
  }

  @Test(.enabled(if: TestDevice.hasStandIn, "no stand-in for a device"))
  func aDeviceWithoutRoomLeavesNothingBehind() async {
    // In a process of its own: what the environment says, and what waits, is everybody's.
    await #expect(processExitsWith: .success) {
      let device = try TestDevice.cuda.device
      _ = unsafe setenv("CUDA_STAND_IN_MEMORY", "1000000", 1)
      defer { _ = unsafe unsetenv("CUDA_STAND_IN_MEMORY") }
      for _ in 0..<3 {
        do throws(HaloError) {
          _ = try Field<Double, 2>([400, 400], halo: 1, repeating: 1, allocator: .device(device))
          Issue.record("a field was made of memory that is not there")
        } catch .allocation(let error) {
          guard case .device(let problem) = error.reason else { throw HaloError.allocation(error) }
          #expect(problem.device == device.description)
        }
      }
      _ = try Field<Double, 2>([300, 300], halo: 1, repeating: 1, allocator: .device(device))
    }
  }
}
