import Halo
import HaloOracles
import SeededRandom

/// What a field of a case is like.
struct FieldForm: CustomStringConvertible {
  let axes: [FieldAxis]
  let halo: HaloWidths
  let order: Layout.Order
  let rowPadding: Int

  /// A field of some of a grid's axes, staggered or not, and perhaps one more, in any order.
  init(on grid: CartesianGrid, sides: [HaloSides], _ chance: inout Chance) {
    var axes: [FieldAxis] = (0..<grid.axisCount).map { .grid($0, staggered: chance.happens(oneIn: 3)) }
    if axes.count > 1, chance.happens(oneIn: 6) { axes.remove(at: chance.number(in: 0...axes.count - 1)) }
    if chance.happens(oneIn: 4) { axes.append(.extra(chance.number(in: 1...3))) }
    if chance.happens(oneIn: 2) { axes.shuffle(using: &chance) }
    self.axes = axes
    halo = HaloWidths(axes.map { axis in axis.gridAxis.map { sides[$0] } ?? 0 })
    order = chance.one(of: [.c, .fortran])
    rowPadding = chance.one(of: [0, 0, 5])
  }

  var description: String { "\(axes), halo \(halo), order \(order), padding \(rowPadding)" }

  /// A field of some type and of this form.
  func field(
    on grid: CartesianGrid, stencil: Stencil, allocator: Allocator?, _ chance: inout Chance
  ) throws -> any CheckedField {
    switch chance.number(in: 0...5) {
    case 0: try field(of: Double.self, on: grid, stencil, allocator)
    case 1: try field(of: Float.self, on: grid, stencil, allocator)
    case 2: try field(of: Int64.self, on: grid, stencil, allocator)
    case 3: try field(of: Int16.self, on: grid, stencil, allocator)
    case 4: try field(of: UInt8.self, on: grid, stencil, allocator)
    default: try field(of: Triple.self, on: grid, stencil, allocator)
    }
  }

  private func field<Element: TestElement>(
    of element: Element.Type, on grid: CartesianGrid, _ stencil: Stencil, _ allocator: Allocator?
  ) throws -> any CheckedField {
    switch axes.count {
    case 1: try TwinField<Element, 1>(self, on: grid, stencil: stencil, allocator: allocator)
    case 2: try TwinField<Element, 2>(self, on: grid, stencil: stencil, allocator: allocator)
    case 3: try TwinField<Element, 3>(self, on: grid, stencil: stencil, allocator: allocator)
    default: try TwinField<Element, 4>(self, on: grid, stencil: stencil, allocator: allocator)
    }
  }
}
