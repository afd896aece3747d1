import Halo

/// Exchanges by route window with nothing to copy: one cell of one byte each way, between the ranks that exchange fields.
///
/// What is left is what ranks need to say that cells are ready and that they have been taken.
final class Handshake {
  /// Exchanges in a sample, since one may be shorter than reading the clock.
  static let exchangesOfSample = 10

  private var field: Field<UInt8, 3>
  private var plan: HaloPlan<3>
  private let world: Communicator

  /// Builds the plan; collective.
  init(_ setup: ExchangeSetup, over world: Communicator) throws {
    let isSplit = setup.processGrid.map { $0 > 1 }
    let grid = try CartesianGrid(
      global: Array(setup.processGrid), periodic: zip(setup.periodic, isSplit).map { $0 && $1 },
      processGrid: Array(setup.processGrid), over: world)
    field = try Field(on: grid, halo: HaloWidths(isSplit.map { $0 ? 1 : 0 }))
    plan = try HaloPlan(for: field, on: grid, stencil: setup.stencil, route: .window)
    self.world = world
  }

  /// Exchanges; collective.
  func run(_ exchanges: Int) throws {
    for _ in 0..<exchanges { try plan.exchange(&field) }
  }
}
