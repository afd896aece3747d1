import Halo
import HaloOracles
import SeededRandom

extension Bench {
  /// Several fields of a random grid, exchanged together by every route, step by step.
  func runUpdates(_ chance: inout Chance) throws {
    switch chance.number(in: 1...3) {
    case 1: try runUpdates(gridRank: [0], &chance)
    case 2: try runUpdates(gridRank: [0, 0], &chance)
    default: try runUpdates(gridRank: [0, 0, 0], &chance)
    }
  }

  private func runUpdates<let GridRank: Int>(
    gridRank: InlineArray<GridRank, Int>, _ chance: inout Chance
  ) throws {
    let grid = try randomGrid(axes: GridRank, widest: 3, &chance)
    let sides = (0..<GridRank).map { _ in randomSides(widest: 3, &chance) }
    let (stencil, corners) = (chance.one(of: Stencil.allCases), chance.one(of: CornerOrder.allCases))
    let forms = (0..<chance.number(in: 1...3)).map { _ in FieldForm(on: grid, sides: sides, &chance) }
    var state = CheckedState(
      all: try forms.map { form in
        try form.field(on: grid, stencil: stencil, allocator: allocator, &chance)
      })
    let isSplit = forms.contains { form in
      form.axes.contains { $0.gridAxis.map { !sides[$0].isNone } ?? false }
    }
    let width = isSplit && chance.happens(oneIn: 4) ? 1 : nil
    let reads = chance.happens(oneIn: 2)
    for route in memory.routes {
      var plan = try HaloPlan<GridRank>(
        for: state, on: grid, stencil: stencil, corners: corners, route: route)
      guard try tally.takes(route, plan) else { continue }
      for step in 0..<3 {
        for (number, field) in state.all.enumerated() { try field.prepare(salt: step * 10 + number) }
        if reads {
          try plan.exchange(&state, width: width) { _ in }
        } else {
          try plan.exchange(&state, width: width)
        }
        for (number, field) in state.all.enumerated() {
          try tally.count(
            try field.firstWrong(width: width ?? .max),
            "route \(route?.description ?? "auto"), \(grid), \(stencil), \(corners), width \(width.map(String.init) ?? "whole"), step \(step), "
              + "\(forms[number])")
          field.swap()
        }
      }
    }
  }
}

extension HaloSides {
  fileprivate var isNone: Bool { lower == 0 && upper == 0 }
}
