import DeviceTesting
import Halo
import MPITesting
import Testing

/// Fields of devices between ranks, by the scopes: every point compared with one from global coordinates.
@Suite(.serialized, .mpi(upTo: 2)) struct DeviceFieldMPITests {
  private let world = MPITesting.world
  private let extents = [53, 11]
  private let rows = HaloSides(lower: 2, upper: 1)
  private let columns = HaloSides(lower: 1, upper: 3)

  private func value(_ row: Int, _ column: Int) -> Double {
    let row = (row + extents[0]) % extents[0]
    let column = (column + extents[1]) % extents[1]
    return Double(100 * row + column)
  }

  private func grid() throws -> CartesianGrid {
    try CartesianGrid(global: extents, periodic: true, processGrid: [world.size, 1], over: world)
  }

  @Test(arguments: TestDevice.all) func halosAreFilledThroughTheScopes(on which: TestDevice) throws {
    let grid = try grid()
    let halo: HaloWidths = [rows, columns]
    var host = try Field<Double, 2>(on: grid, halo: halo, repeating: -7)
    host.fillOwned { value($0[0], $0[1]) }
    var field = try Field<Double, 2>(
      on: grid, halo: halo, repeating: -3, allocator: .device(try which.device))
    try field.assign(from: host)
    let queue = try DeviceQueue(on: try which.device)
    try exchangeRows(of: field, on: queue)
    try wrapColumns(of: field, on: queue)
    try host.assign(from: field, on: queue)
    var wrong = 0
    host.forEachRow(in: host.allocated) { cell, row in
      for x in row.indices
      where row[x] != value(cell[0] + host.globalOrigin[0], cell[1] + x + host.globalOrigin[1]) {
        wrong += 1
      }
    }
    try expectOnAllRanks(wrong == 0, "\(wrong) points")
  }

  /// The halos along the axis that is split, by messages.
  private func exchangeRows(of field: borrowing Field<Double, 2>, on queue: DeviceQueue) throws {
    let (count, width) = (field.extents[0], field.extents[1])
    func part(_ rows: Range<Int>) -> DeviceArray<Double> {
      field.deviceArray(Box(lower: [rows.lowerBound, 0], upper: [rows.upperBound, width]), on: queue)
    }
    let (above, below) = ((world.rank + 1) % world.size, (world.rank + world.size - 1) % world.size)
    try pass(part(count - rows.lower..<count), to: above, part(-rows.lower..<0), from: below, tag: 1)
    try pass(part(0..<rows.upper), to: below, part(count..<count + rows.upper), from: above, tag: 2)
  }

  private func pass(
    _ sent: DeviceArray<Double>, to receiver: Int, _ received: DeviceArray<Double>, from sender: Int, tag: Int
  ) throws {
    try withReceiveBuffer(received) { incoming in
      try withSendBuffer(sent) { outgoing in
        let request = try world.startSend(outgoing, to: receiver, tag: tag)
        try world.receive(into: &incoming, from: sender, tag: tag)
        try request.wait()
      }
    }
  }

  /// The halos along the axis that is not split, by copies on the device.
  private func wrapColumns(of field: borrowing Field<Double, 2>, on queue: DeviceQueue) throws {
    let width = field.extents[1]
    let allRows = field.allocated[0]
    func part(_ columns: Range<Int>) -> DeviceArray<Double> {
      field.deviceArray(
        Box(
          lower: [allRows.lowerBound, columns.lowerBound], upper: [allRows.upperBound, columns.upperBound]),
        on: queue)
    }
    try part(-columns.lower..<0).assign(from: part(width - columns.lower..<width))
    try part(width..<width + columns.upper).assign(from: part(0..<columns.upper))
  }

  @Test(arguments: TestDevice.all) func whatIsNotForDevicesIsRefusedOnAllRanks(on which: TestDevice) throws {
    let grid = try grid()
    let field = try Field<Double, 2>(on: grid, halo: 1, name: "u", allocator: .device(try which.device))
    func expectRefused(_ body: () throws -> Void) throws {
      let error = #expect(throws: HaloError.self, performing: body)
      try expectOnAllRanks(error?.description.contains("memory of \(try which.device)") == true)
    }
    try expectRefused { _ = try grid.gather(field, to: 0) }
  }
}
