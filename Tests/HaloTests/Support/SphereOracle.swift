import CubedSphereOracle
import Halo

/// What every point of a field on a cubed sphere has to hold after an update, from points of whole tiles alone.
struct SphereOracle {
  /// A field among those of a test, and the other component of its vector.
  struct Quantity {
    enum Kind {
      case scalar
      case x, y
    }
    let number: Int
    var partner: Int?
    var kind = Kind.scalar
    let axes: [FieldAxis]

    var staggered: [Bool] {
      (0...1).map { gridAxis in axes.contains(.grid(gridAxis, staggered: true)) }
    }

    /// The quantity that arrives where values are turned, and its sign.
    func source(turns: Int) -> (number: Int, sign: Int) {
      guard let partner else { return (number, 1) }
      switch (turns, kind) {
      case (1, .x): return (partner, 1)
      case (1, .y): return (partner, -1)
      case (3, .x): return (partner, -1)
      case (3, .y): return (partner, 1)
      default: return (number, 1)
      }
    }
  }

  let pointsPerSide: Int
  var stencil = Stencil.box
  var salt = 0

  /// The values of one quantity on one block and around it, but for the level, which is added.
  struct Table {
    struct Value {
      let number: Int
      let sign: Int
    }

    let rows, columns: Range<Int>
    private let values: [Value?]

    init(
      _ oracle: SphereOracle, _ quantity: Quantity, on grid: CubedSphereGrid, block: Int,
      reach: [Range<Int>]
    ) {
      let (tile, cells) = (grid.tile(ofBlock: block), grid.owned(byBlock: block))
      let owned = (0...1).map { 0..<(cells[$0].count + (quantity.staggered[$0] ? 1 : 0)) }
      let table = CubedSphereOracle(pointsPerSide: oracle.pointsPerSide)
      (rows, columns) = (reach[0], reach[1])
      var values: [Value?] = []
      for row in reach[0] {
        for column in reach[1] {
          let isCorner = !owned[0].contains(row) && !owned[1].contains(column)
          let place = table.source(
            tile: tile, row: row + cells[0].lowerBound, column: column + cells[1].lowerBound,
            staggered: quantity.staggered)
          guard let place, oracle.stencil == .box || !isCorner else {
            values.append(nil)
            continue
          }
          let source = quantity.source(turns: place.turns), side = oracle.pointsPerSide + 1
          let number = ((source.number * 6 + place.tile) * side + place.row) * side + place.column
          values.append(Value(number: number * 8 + 1 + oracle.salt * 1_000_003, sign: source.sign))
        }
      }
      self.values = values
    }

    /// `nil` where an update may not write.
    subscript(row: Int, column: Int) -> Value? {
      values[(row - rows.lowerBound) * columns.count + column - columns.lowerBound]
    }
  }

  /// Calls `body` with every point of a box, and its value or `nil` where an update may not write.
  private func forEachPoint<let Rank: Int>(
    of box: Box<Rank>, _ quantity: Quantity, on grid: CubedSphereGrid, block: Int,
    _ body: (InlineArray<Rank, Int>, Int?) -> Void
  ) {
    let axes = quantity.axes
    let reach = (0...1).map { gridAxis in
      axes.firstIndex { $0.gridAxis == gridAxis }.map { box[$0] } ?? 0..<1
    }
    let table = Table(self, quantity, on: grid, block: block, reach: reach)
    for point in points(of: box) {
      var (row, column, level) = (0, 0, 0), isInHaloOfLevels = false
      for axis in 0..<Rank {
        switch axes[axis] {
        case .grid(0, _): row = point[axis]
        case .grid: column = point[axis]
        case .extra(let points):
          if point[axis] < 0 || point[axis] >= points { isInHaloOfLevels = true }
          level = level * points + point[axis]
        }
      }
      let value = isInHaloOfLevels ? nil : table[row, column]
      body(point, value.map { $0.sign * ($0.number + level) })
    }
  }

  /// Poisons a field and gives its owned points their values.
  func prepare<Element: TestElement, let Rank: Int>(
    _ field: inout Field<Element, Rank>, _ quantity: Quantity, on grid: CubedSphereGrid, block: Int
  ) {
    field.fill(field.allocated, with: .poison)
    var values: [(InlineArray<Rank, Int>, Int)] = []
    forEachPoint(of: field.owned, quantity, on: grid, block: block) { point, number in
      if let number { values.append((point, number)) }
    }
    for (point, number) in values { field[point] = Element(number: number) }
  }

  /// The first point, inside or halo, that does not hold what it must; compares every one.
  func firstWrong<Element: TestElement, let Rank: Int>(
    _ field: borrowing Field<Element, Rank>, _ quantity: Quantity, on grid: CubedSphereGrid, block: Int
  ) -> String? {
    var wrong: String?
    forEachPoint(of: field.allocated, quantity, on: grid, block: block) { point, number in
      let expected = number.map(Element.init(number:)) ?? .poison
      if field[point] == expected || wrong != nil { return }
      wrong =
        "quantity \(quantity.number), point \((0..<Rank).map { point[$0] }) of block \(block) on tile "
        + "\(grid.tile(ofBlock: block)): expected \(expected), found \(field[point])"
    }
    return wrong
  }
}

/// The points of a box, the last axis varying fastest.
func points<let Rank: Int>(of box: Box<Rank>) -> [InlineArray<Rank, Int>] {
  var points: [InlineArray<Rank, Int>] = []
  points.reserveCapacity(box.count)
  forEachPoint(of: box) { _, point in points.append(point) }
  return points
}
