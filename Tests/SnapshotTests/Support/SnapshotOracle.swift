import Halo

/// What every point of a field holds, from its index in the whole array alone.
///
/// Blocks are counted here anew, from the extents and the process grid.
struct SnapshotOracle {
  let extents: [Int]
  let periodic: [Bool]
  let axes: [FieldAxis]
  /// Tells fields and steps apart.
  var salt = 0
  private let start: [Int]
  private let cells: [Int]

  init(_ grid: CartesianGrid, axes: [FieldAxis]) {
    (extents, periodic, self.axes) = (grid.extents, grid.topology.periodic, axes)
    let place = grid.coordinates
    start = place.indices.map { axis in
      let (share, rest) = grid.extents[axis].quotientAndRemainder(dividingBy: grid.processGrid[axis])
      return share * place[axis] + min(place[axis], rest)
    }
    cells = place.indices.map { axis in
      let (share, rest) = grid.extents[axis].quotientAndRemainder(dividingBy: grid.processGrid[axis])
      return share + (place[axis] < rest ? 1 : 0)
    }
  }

  /// The extents of the whole array.
  var wholeExtents: [Int] {
    axes.map { axis in
      switch axis {
      case .extra(let points): points
      case .grid(let gridAxis, let staggered): extents[gridAxis] + (staggered && !periodic[gridAxis] ? 1 : 0)
      }
    }
  }

  /// The number of a point of the field; `nil` in its halo.
  func number(of point: [Int]) -> Int? {
    var number = 0
    for ((index, axis), extent) in zip(zip(point, axes), wholeExtents) {
      var global = index
      switch axis {
      case .extra(let points): guard (0..<points).contains(index) else { return nil }
      case .grid(let gridAxis, let staggered):
        guard (0..<cells[gridAxis] + (staggered ? 1 : 0)).contains(index) else { return nil }
        global = (start[gridAxis] + index) % extent
      }
      number = number * extent + global
    }
    return number + salt * 1_000_003
  }

  /// Gives owned points their values, and others another one.
  func fill<Element: OracleElement, let Rank: Int>(_ field: inout Field<Element, Rank>) {
    Self.forEachPoint(of: field.allocated) { point, index in
      field[index] = number(of: point).map { Element(number: $0) } ?? .poison
    }
  }

  /// The first point, owned or halo, that does not hold its value.
  func firstWrong<Element: OracleElement, let Rank: Int>(_ field: borrowing Field<Element, Rank>) -> String? {
    var wrong: String?
    Self.forEachPoint(of: field.allocated) { point, index in
      let expected = number(of: point).map { Element(number: $0) } ?? .poison
      if field[index] != expected, wrong == nil {
        wrong = "point \(point) of \(axes): expected \(expected), found \(field[index])"
      }
    }
    return wrong
  }

  private static func forEachPoint<let Rank: Int>(
    of box: Box<Rank>, _ body: ([Int], InlineArray<Rank, Int>) -> Void
  ) {
    let lower = (0..<Rank).map { box.lower[$0] }, upper = (0..<Rank).map { box.upper[$0] }
    guard zip(lower, upper).allSatisfy(<) else { return }
    var point = lower
    while true {
      body(point, InlineArray { point[$0] })
      guard let axis = (0..<Rank).last(where: { point[$0] + 1 < upper[$0] }) else { return }
      point[axis] += 1
      for later in axis + 1..<Rank { point[later] = lower[later] }
    }
  }
}

/// An element that a number makes.
protocol OracleElement: ArrayElement, Equatable {
  init(number: Int)
  static var poison: Self { get }
}

extension Double: OracleElement {
  init(number: Int) { self = Double(number) }
  static var poison: Double { -1 }
}

extension Int16: OracleElement {
  init(number: Int) { self = Int16(truncatingIfNeeded: number) }
  static var poison: Int16 { -7 }
}

extension Bool: OracleElement {
  init(number: Int) { self = number % 3 == 0 }
  static var poison: Bool { false }
}
