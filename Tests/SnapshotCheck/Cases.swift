import Halo
import Snapshot

/// Fields whose every point holds the bits that belong to its index in the whole array, and its step.
struct Cases {
  let grid: CartesianGrid
  /// Tells steps apart.
  let salt: Int

  private static let forms: [(name: String, axes: [FieldAxis], order: Layout.Order)] = [
    ("cells", [.grid(0), .grid(1), .extra(3)], .c),
    ("faces", [.grid(0, staggered: true), .grid(1, staggered: true), .extra(1)], .c),
    ("fortran", [.extra(2), .grid(1), .grid(0)], .fortran),
  ]

  private func number<let Rank: Int>(
    of point: InlineArray<Rank, Int>, extents: [Int]
  ) -> Int {
    var number = 0
    for axis in 0..<Rank { number = number * extents[axis] + point[axis] }
    return number + salt * 1_000_003
  }

  private func extents<Element, let Rank: Int>(_ field: borrowing Field<Element, Rank>) -> [Int] {
    let extents = grid.globalExtents(of: field)
    return (0..<Rank).map { extents[$0] }
  }

  func fill<Element: PatternElement, let Rank: Int>(_ field: inout Field<Element, Rank>) {
    let extents = extents(field)
    field.fillOwned { Element(number: number(of: $0, extents: extents)) }
  }

  /// The first point of this rank that does not hold its bits.
  func firstWrong<Element: PatternElement, let Rank: Int>(_ field: borrowing Field<Element, Rank>) -> String?
  {
    let extents = extents(field)
    var wrong: String?
    field.forEachRow(in: field.owned) { point, row in
      var point = point
      for x in row.indices {
        let index = field.globalIndex(of: point)
        let expected = Element(number: number(of: index, extents: extents))
        if expected.bits != row[x].bits, wrong == nil {
          wrong = "\((0..<Rank).map { index[$0] }): expected \(expected.bits), found \(row[x].bits)"
        }
        point[field.rowAxis] += 1
      }
    }
    return wrong
  }

  /// Lists a field of each form of an element type.
  func add<Element: PatternElement>(_ type: Element.Type, to list: inout Snapshot.Contents) {
    for form in Self.forms {
      do {
        var field = try Field<Element, 3>(
          on: grid, axes: form.axes, halo: [1, 1, 0].sides(form.axes), repeating: Element(number: 0),
          order: form.order)
        fill(&field)
        list.add(
          field, "\(form.name)_\(Element.dtype)", extraAxes: ["\(form.name)_level"],
          attributes: ["units": "1", "form": .string(form.name)])
      } catch {
        fatalError("\(error)")
      }
    }
  }

  /// Reads arrays of the whole grid's cells, and tells what is wrong.
  func check<Element: PatternElement>(
    _ type: Element.Type, _ names: [String], in reader: Snapshot.Reader, step: Int?
  ) throws -> [String] {
    var wrong: [String] = []
    for name in names {
      var field = try Field<Element, 2>(on: grid, halo: 1, repeating: Element(number: 5))
      try reader.read(into: &field, name, step: step)
      if let point = firstWrong(field) { wrong.append("\(name) at \(point)") }
    }
    return wrong
  }
}

extension [HaloSides] {
  /// Halo along the axes of the grid only.
  fileprivate func sides(_ axes: [FieldAxis]) -> HaloWidths {
    HaloWidths(axes.map { $0.gridAxis == nil ? 0 : 1 })
  }
}
