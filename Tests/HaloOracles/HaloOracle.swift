public import Halo

/// What every cell of a field has to hold after an update, from global indices alone.
///
/// It knows nothing of ranks, links or messages: a cell inside the domain (after wrapping periodic axes) holds the
/// value of its global index, every other cell what it held before.
public struct HaloOracle {
  let extents: [Int]
  let periodic: [Bool]
  let stencil: Stencil
  /// Tells fields and steps apart.
  public var salt: Int

  /// Tells of a grid, by its cells and the axes that close on themselves.
  public init(extents: [Int], periodic: [Bool], stencil: Stencil, salt: Int = 0) {
    (self.extents, self.periodic, self.stencil, self.salt) = (extents, periodic, stencil, salt)
  }

  /// What stands for the value of a cell of the grid.
  public func number(at global: [Int]) -> Int {
    var linear = 0
    for (index, extent) in zip(global, extents) { linear = linear * extent + index }
    return linear * 7 + salt * 1_000_003
  }

  /// The value of a cell after an update, or `nil` where the update may not write.
  public func number(ofCell cell: [Int], origin: [Int], owned: [Int]) -> Int? {
    var global: [Int] = []
    var axesOutside = 0
    for axis in cell.indices {
      if cell[axis] < 0 || cell[axis] >= owned[axis] { axesOutside += 1 }
      var index = cell[axis] + origin[axis]
      if periodic[axis] {
        while index < 0 { index += extents[axis] }
        while index >= extents[axis] { index -= extents[axis] }
      } else if index < 0 || index >= extents[axis] {
        return nil
      }
      global.append(index)
    }
    if axesOutside > 1, stencil == .star { return nil }
    return number(at: global)
  }

  /// Poisons a field and gives its owned cells their values.
  public func prepare<Element: TestElement, let Rank: Int>(_ field: inout Field<Element, Rank>) {
    field.fill(field.allocated, with: .poison)
    field.fillOwned { global in Element(number: number(at: (0..<Rank).map { global[$0] })) }
  }

  /// The first cell, inside or halo, that does not hold what it must; compares every one.
  public func firstWrong<Element: TestElement, let Rank: Int>(_ field: borrowing Field<Element, Rank>)
    -> String?
  {
    let origin = field.globalOrigin
    let extents = field.extents
    let start = (0..<Rank).map { origin[$0] }
    let owned = (0..<Rank).map { extents[$0] }
    var wrong: String?
    field.forEachRow(in: field.allocated) { first, row in
      var cell = (0..<Rank).map { first[$0] }
      for x in row.indices {
        cell[Rank - 1] = first[Rank - 1] + x
        let expected =
          number(ofCell: cell, origin: start, owned: owned).map(Element.init(number:)) ?? .poison
        if row[x] != expected, wrong == nil {
          wrong = "cell \(cell) of the block at \(start): expected \(expected), found \(row[x])"
        }
      }
    }
    return wrong
  }
}
