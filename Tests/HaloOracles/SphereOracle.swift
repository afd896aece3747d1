internal import CubedSphereOracle
public import Halo

/// What every point of a field on a cubed sphere has to hold after an update, from points of whole tiles alone.
public struct SphereOracle: Sendable {
  /// A field among those of a test, and the other component of its vector.
  public struct Quantity: Sendable {
    /// Whether it is a component of a vector, and along which axis.
    public enum Kind: Sendable {
      case scalar
      case x, y
    }
    /// Tells the fields of a test apart.
    public let number: Int
    let partner: Int?
    let kind: Kind
    /// What each of the field's axes is.
    public let axes: [FieldAxis]

    /// Names a field, and the other component where it is one of a vector.
    public init(number: Int, partner: Int? = nil, kind: Kind = .scalar, axes: [FieldAxis]) {
      (self.number, self.partner, self.kind, self.axes) = (number, partner, kind, axes)
    }

    /// Whether rows and columns are staggered.
    public var staggered: [Bool] {
      (0...1).map { gridAxis in axes.contains(.grid(gridAxis, staggered: true)) }
    }

    /// The quantity that arrives where values are turned, and its sign.
    public func source(turns: Int) -> (number: Int, sign: Int) {
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

  /// Points along each side of a tile.
  public let pointsPerSide: Int
  private let stencil: Stencil
  private let salt: Int

  /// Tells of tiles of a size.
  public init(pointsPerSide: Int, stencil: Stencil = .box, salt: Int = 0) {
    (self.pointsPerSide, self.stencil, self.salt) = (pointsPerSide, stencil, salt)
  }

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
  public func prepare<Element: TestElement, let Rank: Int>(
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
  public func firstWrong<Element: TestElement, let Rank: Int>(
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
public func points<let Rank: Int>(of box: Box<Rank>) -> [InlineArray<Rank, Int>] {
  var points: [InlineArray<Rank, Int>] = []
  points.reserveCapacity(box.count)
  forEachPoint(of: box) { _, point in points.append(point) }
  return points
}
