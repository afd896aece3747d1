import Halo
import SeededRandom

/// A field whose cells tell the step and the place that they are from, compared at the cost of a look at each cell.
struct StressField<Element: FixedWidthInteger & ArrayElement>: ~Copyable {
  var field: Field<Element, 2>
  /// Of every cell in the order of rows, the global index that it shows after an update; negative where it stays.
  private let shown: [Int]
  /// Of every cell, whether it is this rank's own.
  private let isOwned: [Bool]

  init(on grid: CartesianGrid, halo: [HaloSides], stencil: Stencil, allocator: Allocator?) throws {
    let oracle = HaloOracle(
      extents: grid.extents, periodic: grid.topology.periodic, stencil: stencil, salt: 0)
    let field = try Field<Element, 2>(on: grid, halo: HaloWidths(halo), allocator: allocator)
    let (origin, owned) = (field.globalOrigin, field.owned)
    var shown: [Int] = []
    var isOwned: [Bool] = []
    for i in field.allocated[0] {
      for j in field.allocated[1] {
        let number = oracle.number(
          ofCell: [i, j], origin: [origin[0], origin[1]], owned: [field.extents[0], field.extents[1]])
        shown.append(number ?? -1)
        isOwned.append(owned.contains([i, j]))
      }
    }
    self.shown = shown
    self.isOwned = isOwned
    self.field = field
  }

  /// What a cell holds in a step; what stays is told by the index -1.
  private static func value(_ index: Int, _ step: Int) -> Element {
    Element(truncatingIfNeeded: index &* 0x9E37 &+ step &* 0x1_0001 &+ 1)
  }

  /// Gives owned cells the values of a step, and all others those of nobody.
  mutating func prepare(_ step: Int) {
    var next = 0
    field.forEachMutableRow(in: field.allocated) { _, row in
      for x in row.indices {
        row[x] = Self.value(isOwned[next] ? shown[next] : -1, step)
        next += 1
      }
    }
  }

  /// The first cell that does not show this step.
  func firstWrong(_ step: Int) -> String? {
    var next = 0
    var wrong: String?
    field.forEachRow(in: field.allocated) { first, row in
      for x in row.indices {
        let expected = Self.value(shown[next], step)
        if row[x] != expected, wrong == nil {
          wrong = "cell [\(first[0]), \(first[1] + x)]: expected \(expected), found \(row[x])"
        }
        next += 1
      }
    }
    return wrong
  }
}
