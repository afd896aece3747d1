public import Halo

/// What the cells of one field hold before halo cells are combined into their owners, and after.
///
/// Found by a search through the halos of all ranks; neither links nor plans are asked.
public struct AccumulationOracle {
  private let rank: Int
  private let field: Int

  /// - Parameters:
  ///   - rank: Whose cells they are.
  ///   - field: The number of the field among those of a test.
  public init(rank: Int, field: Int) { (self.rank, self.field) = (rank, field) }

  /// What a cell holds before: small, so that sums are exact in every type, and of both signs.
  public func value(_ cell: [Int]) -> Int {
    cell.reduce(rank * 5 + field + 3) { ($0 * 31 + $1 + 7) % 1009 } % 15 - 7
  }

  /// Two values made one.
  public static func combine(_ combination: Combination, _ left: Int, _ right: Int) -> Int {
    switch combination {
    case .sum: left + right
    case .min: min(left, right)
    case .max: max(left, right)
    }
  }

  /// Gives every cell, inside and halo, what it holds before.
  public func fill<Element: SignedNumeric & ArrayElement, let Rank: Int>(_ field: inout Field<Element, Rank>)
  {
    field.forEachMutableRow(in: field.allocated) { first, row in
      for x in row.indices {
        var cell = (0..<Rank).map { first[$0] }
        cell[Rank - 1] += x
        row[x] = Element(exactly: value(cell)) ?? .zero
      }
    }
  }

  /// The first cell that does not hold what `expected` says; of cells it says nothing of, what they held before.
  public func firstWrong<Element: SignedNumeric & ArrayElement, let Rank: Int>(
    _ field: borrowing Field<Element, Rank>, _ expected: [[Int]: Int]
  ) -> String? {
    var wrong: String?
    field.forEachRow(in: field.allocated) { first, row in
      for x in row.indices where wrong == nil {
        var cell = (0..<Rank).map { first[$0] }
        cell[Rank - 1] += x
        let value = Element(exactly: expected[cell] ?? value(cell)) ?? .zero
        if row[x] != value {
          wrong = "field \(self.field), cell \(cell): expected \(value), found \(row[x])"
        }
      }
    }
    return wrong
  }

  /// What the owned cells of a block of a grid hold after, where that is not what they held before.
  public func expected(
    on grid: CartesianGrid, halo: [HaloSides], stencil: Stencil, _ combination: Combination
  ) -> [[Int]: Int] {
    let mine = grid.topology.owned(by: rank)
    var result: [[Int]: Int] = [:]
    for other in 0..<grid.topology.rankCount {
      let owned = grid.topology.owned(by: other), source = AccumulationOracle(rank: other, field: field)
      let padded = zip(owned, halo).map { -$1.lower..<($0.count + $1.upper) }
      for cell in padded.cells {
        let outside = cell.indices.filter { !(0..<owned[$0].count).contains(cell[$0]) }
        if outside.isEmpty || (stencil == .star && outside.count > 1) { continue }
        var global: [Int] = []
        for axis in cell.indices {
          let (index, extent) = (cell[axis] + owned[axis].lowerBound, grid.extents[axis])
          global.append(grid.topology.periodic[axis] ? (index % extent + extent) % extent : index)
        }
        guard mine.contains(global) else { continue }
        let target = zip(global, mine).map { $0 - $1.lowerBound }
        result[target] = Self.combine(combination, result[target] ?? value(target), source.value(cell))
      }
    }
    return result
  }
}
