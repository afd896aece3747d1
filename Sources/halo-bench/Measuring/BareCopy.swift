import Halo

/// The strided copies of one update and nothing else: the floor under all routes.
///
/// Every box that comes from another rank is copied out of a field of this rank that stands in for the other's, and every
/// box that comes from the rank itself out of the field itself, as an update does. Nobody is waited for.
final class BareCopy<Cell: ArrayElement & FixedWidthInteger & UnsignedInteger>: ExchangeFloor {
  private let fields: ExchangeFields<Cell>
  /// In the place of the other ranks' fields.
  private let others: [SharedField<Cell, 3>]
  /// Out of another's field and within a field; all fields lie alike.
  private let fetches: [StridedCopy]
  private let wraps: [StridedCopy]

  init(of fields: ExchangeFields<Cell>) throws {
    self.fields = fields
    others = try fields.similar()
    let boundaries = BlockBoundary.all(of: fields.setup, rank: fields.world.rank)
    func copies(_ isOwn: Bool) -> [StridedCopy] {
      let copies = boundaries.filter { ($0.peer == fields.world.rank) == isOwn }.map {
        Self.copy($0, of: fields.shared[0].field)
      }
      // As plans do, in as few sweeps as possible.
      return StridedCopy.fused(copies, inPlace: isOwn)
    }
    (fetches, wraps) = (copies(false), copies(true))
  }

  private static func copy(_ boundary: BlockBoundary, of field: borrowing Field<Cell, 3>) -> StridedCopy {
    StridedCopy(from: field.strided(boundary.source).layout, to: field.strided(boundary.halo).layout)
  }

  /// Copies all boxes of all fields once.
  func run() throws {
    for (shared, other) in zip(fields.shared, others) {
      unsafe try Self.withFirstOwnedCell(of: &shared.field) { cells in
        unsafe try Self.withFirstOwnedCell(of: &other.field) { others in
          for copy in fetches { unsafe copy.execute(from: others, to: cells) }
        }
        for copy in wraps { unsafe copy.execute(from: cells, to: cells) }
      }
    }
  }

  private static func withFirstOwnedCell(
    of field: inout Field<Cell, 3>, _ body: (UnsafeMutableRawPointer) throws -> Void
  ) throws {
    var row = field.mutableRow(from: [0, 0, 0], count: 1)
    try unsafe row.withUnsafeMutableBufferPointer { cell in
      if let start = cell.baseAddress { unsafe try body(UnsafeMutableRawPointer(start)) }
    }
  }

  /// Compares every cell after the copies with what it must hold: the cells that an update fills have the values of a
  /// block that closes on itself, all others stay as they were.
  func check() throws {
    let (setup, world) = (fields.setup, fields.world)
    let update = ExchangeOracle<Cell>(setup, rank: world.rank)
    let block = ExchangeOracle<Cell>(setup.closedOnItself, rank: 0)
    for (number, pair) in zip(fields.shared, others).enumerated() {
      try fields.fill(pair.0, number: number, by: block)
      try fields.fill(pair.1, number: number, by: block)
    }
    try run()
    try fields.compare("the bare copy") { number, i, j, k in
      let isFilled = update.value(field: number, i, j, k) != ExchangeOracle<Cell>.untouched
      return isFilled ? block.value(field: number, i, j, k) : ExchangeOracle<Cell>.untouched
    }
    try world.barrier()
  }
}
