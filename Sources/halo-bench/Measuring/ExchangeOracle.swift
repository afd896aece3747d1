import Halo

/// What every cell has to hold after an update, from global coordinates and the place of a rank in the process grid
/// alone.
struct ExchangeOracle<Cell: FixedWidthInteger & UnsignedInteger> {
  /// What is known of an index along one axis.
  private struct Place {
    let isOwned: Bool
    /// The global index; `nil` beyond an edge.
    let global: Int?
  }

  private let halo: Int
  private let extents: [Int]
  private let fillsCorners: Bool
  /// For each axis the places of all indices, from the lowest of the halo on.
  private let places: [[Place]]

  init(_ setup: ExchangeSetup, rank: Int) {
    let coordinates = setup.coordinates(ofRank: rank)
    let extents = setup.global
    halo = setup.halo
    self.extents = extents
    fillsCorners = setup.stencil == .box
    places = (0..<3).map { axis in
      (-setup.halo..<setup.local[axis] + setup.halo).map { index in
        let global = coordinates[axis] * setup.local[axis] + index
        let isBeyond = global < 0 || global >= extents[axis]
        return Place(
          isOwned: index >= 0 && index < setup.local[axis],
          global: isBeyond && !setup.periodic[axis] ? nil : (global + extents[axis]) % extents[axis])
      }
    }
  }

  /// What a cell holds that no update may change, and no update moves.
  static var untouched: Cell { 0 }

  /// The value of a cell after an update, by its indices from the first owned one.
  func value(field: Int, _ i: Int, _ j: Int, _ k: Int) -> Cell {
    let (x, y, z) = (places[0][i + halo], places[1][j + halo], places[2][k + halo])
    guard let x0 = x.global, let y0 = y.global, let z0 = z.global else { return Self.untouched }
    let axesOutside = (x.isOwned ? 0 : 1) + (y.isOwned ? 0 : 1) + (z.isOwned ? 0 : 1)
    guard axesOutside < 2 || fillsCorners else { return Self.untouched }
    let number = ((field &* extents[0] &+ x0) &* extents[1] &+ y0) &* extents[2] &+ z0
    let bits = UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15
    return max(1, Cell(truncatingIfNeeded: bits ^ (bits >> 32)))
  }

  /// The value of a cell before the first update.
  func start(field: Int, _ i: Int, _ j: Int, _ k: Int) -> Cell {
    let isOwned = places[0][i + halo].isOwned && places[1][j + halo].isOwned && places[2][k + halo].isOwned
    return isOwned ? value(field: field, i, j, k) : Self.untouched
  }
}
