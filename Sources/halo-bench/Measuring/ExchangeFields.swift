import Halo

/// The fields that one rank exchanges.
final class ExchangeFields<Cell: ArrayElement & FixedWidthInteger & UnsignedInteger> {
  let setup: ExchangeSetup
  let world: Communicator
  let grid: CartesianGrid
  var shared: [SharedField<Cell, 3>]
  /// In the processor's memory, to fill fields on a device from and to compare them in.
  private let twin: SharedField<Cell, 3>?

  init(_ setup: ExchangeSetup, over world: Communicator) throws {
    self.setup = setup
    self.world = world
    grid = try CartesianGrid(
      global: setup.global, periodic: setup.periodic, processGrid: Array(setup.processGrid), over: world)
    shared = []
    twin = setup.device == nil ? nil : SharedField(try Field(on: grid, halo: HaloWidths(setup.halo)))
    shared = try similar()
  }

  /// As many other fields like these.
  func similar() throws -> [SharedField<Cell, 3>] {
    try (0..<setup.fields).map { _ in
      SharedField(
        try Field<Cell, 3>(
          on: grid, halo: HaloWidths(setup.halo), allocator: setup.device.map { .device($0) }))
    }
  }
}

// MARK: - Whether an update is right

extension ExchangeFields {
  /// Fills the fields, updates them once, and compares every cell of every field with what it must hold; collective.
  func check(_ who: String, _ update: () throws -> Void) throws {
    let oracle = ExchangeOracle<Cell>(setup, rank: world.rank)
    for (number, field) in shared.enumerated() { try fill(field, number: number, by: oracle) }
    try update()
    try compare(who) { number, i, j, k in oracle.value(field: number, i, j, k) }
    // A rank whose cells are wrong has ended the job by then.
    try world.barrier()
  }

  /// Gives owned cells their values, and all others one that no update moves.
  func fill(_ shared: SharedField<Cell, 3>, number: Int, by oracle: ExchangeOracle<Cell>) throws {
    let host = twin ?? shared
    host.field.forEachMutableRow(in: host.field.allocated) { cell, row in
      for x in row.indices { row[x] = oracle.start(field: number, cell[0], cell[1], cell[2] + x) }
    }
    if let twin { try shared.field.assign(from: twin.field) }
  }

  /// Compares every cell with what it must hold, by the field's number and the cell's indices.
  func compare(_ who: String, with expected: (Int, Int, Int, Int) -> Cell) throws {
    for (number, shared) in shared.enumerated() {
      if let twin { try twin.field.assign(from: shared.field) }
      let host = twin ?? shared
      try host.field.forEachRow(in: host.field.allocated) { cell, row in
        for x in row.indices {
          let expected = expected(number, cell[0], cell[1], cell[2] + x)
          guard row[x] == expected else {
            throw Failure(
              "\(who): field \(number), cell [\(cell[0]), \(cell[1]), \(cell[2] + x)]: expected \(expected), "
                + "found \(row[x]); nothing was measured")
          }
        }
      }
    }
  }
}
