public import Halo

/// What every point of a field with axes of its own has to hold after an update, from global indices alone.
///
/// Blocks are counted here anew, from the extents and the process grid; neither links nor fields are asked.
public struct FieldOracle {
  /// Cells of the grid along each of its axes.
  public let extents: [Int]
  /// Which of the grid's axes close on themselves.
  public let periodic: [Bool]
  /// What each of the field's axes is.
  public let axes: [FieldAxis]
  /// How far into the halo an update reaches.
  public let stencil: Stencil
  /// Tells fields and steps apart.
  public var salt: Int
  /// The first cell of this rank's block along each axis of the grid.
  public let start: [Int]
  /// The cells of this rank's block along each axis of the grid.
  public let cells: [Int]
  private var place: [Int]

  /// Tells of a field on a grid, whose extents, periodic axes and process grid alone are looked at.
  public init(_ grid: CartesianGrid, axes: [FieldAxis], stencil: Stencil = .box, salt: Int = 0) {
    extents = grid.extents
    periodic = grid.topology.periodic
    self.axes = axes
    self.stencil = stencil
    self.salt = salt
    let place = grid.coordinates
    self.place = place
    let larger = zip(extents, grid.processGrid).map { $0 % $1 }
    let smaller = zip(extents, grid.processGrid).map { $0 / $1 }
    start = place.indices.map { smaller[$0] * place[$0] + min(place[$0], larger[$0]) }
    cells = place.indices.map { smaller[$0] + (place[$0] < larger[$0] ? 1 : 0) }
  }

  /// The same for the ranks that come first along the axes of the grid that the field lacks.
  public var firstLayer: FieldOracle {
    var oracle = self
    oracle.place = place.map { _ in 0 }
    return oracle
  }

  /// Owned points along each axis of the field.
  public var owned: [Int] {
    axes.map { axis in
      switch axis {
      case .grid(let gridAxis, let staggered): cells[gridAxis] + (staggered ? 1 : 0)
      case .extra(let points): points
      }
    }
  }

  /// The global index of a point along each axis, or `nil` beyond an open edge or in the halo of an extra axis.
  public func global(_ point: [Int]) -> [Int]? {
    var global: [Int] = []
    for (index, axis) in zip(point, axes) {
      switch axis {
      case .extra(let points):
        guard (0..<points).contains(index) else { return nil }
        global.append(index)
      case .grid(let gridAxis, let staggered):
        var place = index + start[gridAxis]
        let extent = extents[gridAxis]
        if periodic[gridAxis] {
          while place < 0 { place += extent }
          while place >= extent { place -= extent }
        } else if place < 0 || place >= extent + (staggered ? 1 : 0) {
          return nil
        }
        global.append(place)
      }
    }
    return global
  }

  /// The value of a point of the global array.
  ///
  /// A field without some axis of the grid has values of its own in each layer of ranks along that axis.
  public func number(at global: [Int]) -> Int {
    var number = 0
    for (index, axis) in zip(global, axes) {
      let extent =
        switch axis {
        case .grid(let gridAxis, _): extents[gridAxis] + 1
        case .extra(let points): points
        }
      number = number * extent + index
    }
    for gridAxis in extents.indices where !axes.contains(where: { $0.gridAxis == gridAxis }) {
      number = number * 8 + place[gridAxis]
    }
    return number * 7 + salt * 1_000_003
  }

  /// The value of a point after an update, or `nil` where the update may not write.
  ///
  /// - Parameter width: How many points of each halo the update fills, the nearest ones.
  public func number(of point: [Int], width: Int = .max) -> Int? {
    let owned = owned
    let isNear = zip(point, owned).allSatisfy { $0 < 0 ? -$0 <= width : $0 - $1 < width }
    guard isNear else { return nil }
    let outside = point.indices.count { !(0..<owned[$0]).contains(point[$0]) }
    guard outside <= 1 || stencil == .box else { return nil }
    return global(point).map(number(at:))
  }

  /// Poisons a field and gives its owned points their values.
  public func prepare<Element: TestElement, let Rank: Int>(_ field: inout Field<Element, Rank>) {
    let owned = owned
    forEachPoint(of: field.allocated) { point, index in
      let isOwned = point.indices.allSatisfy { (0..<owned[$0]).contains(point[$0]) }
      field[index] = isOwned ? global(point).map { Element(number: number(at: $0)) } ?? .poison : .poison
    }
  }

  /// The first point, inside or halo, that does not hold what it must; compares every one.
  public func firstWrong<Element: TestElement, let Rank: Int>(_ field: borrowing Field<Element, Rank>)
    -> String?
  {
    firstWrong(field) { number(of: $0) }
  }

  /// The first point that does not hold the value of a number, or poison where there is none.
  public func firstWrong<Element: TestElement, let Rank: Int>(
    _ field: borrowing Field<Element, Rank>, numbers: ([Int]) -> Int?
  ) -> String? {
    var wrong: String?
    forEachPoint(of: field.allocated) { point, index in
      let expected = numbers(point).map(Element.init(number:)) ?? .poison
      if field[index] != expected, wrong == nil {
        wrong =
          "point \(point) of the block at \(start) of \(axes): expected \(expected), found \(field[index])"
      }
    }
    return wrong
  }
}

/// Visits every point of a box, as a list and as an index.
public func forEachPoint<let Rank: Int>(
  of box: Box<Rank>, _ body: ([Int], InlineArray<Rank, Int>) throws -> Void
)
  rethrows
{
  var point = (0..<Rank).map { box.lower[$0] }
  guard !box.isEmpty else { return }
  while true {
    try body(point, InlineArray { point[$0] })
    var axis = Rank - 1
    while axis >= 0 {
      point[axis] += 1
      if point[axis] < box.upper[axis] { break }
      point[axis] = box.lower[axis]
      axis -= 1
    }
    if axis < 0 { return }
  }
}
