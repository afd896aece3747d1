import Halo
import Testing

/// Fields in C and Fortran order, with and without padding behind their rows.
@Suite struct FieldOrderTests {
  @Test func rowsOfFortranFields() throws {
    var a = try Field<Double, 1>([3], halo: 1, repeating: 0, order: .fortran)
    var b = try Field<Double, 2>([3, 4], halo: 1, repeating: 0, order: .fortran)
    var c = try Field<Double, 3>([3, 4, 5], halo: 1, repeating: 0, order: .fortran)
    var d = try Field<Double, 4>([3, 4, 5, 6], halo: 1, repeating: 0, order: .fortran)
    a[-1] = 1
    b[-1, 4] = 2
    c[0, -1, 5] = 3
    d[1, 0, -1, 6] = 4
    #expect(a.row(-1..<1)[0] == 1)
    #expect(b.row(-1..<0, 4)[0] == 2)
    #expect(c.row(-1..<2, -1, 5)[1] == 3)
    #expect(d.row(0..<3, 0, -1, 6)[1] == 4)
    #expect(b.view.row(-1..<0, 4)[0] == 2)
    #expect(c.view.row(-1..<2, -1, 5)[1] == 3)
    #expect(d.view.row(0..<3, 0, -1, 6)[1] == 4)
    var row = c.mutableRow(1..<4, 2, 0)
    row[2] = 7
    #expect(c[3, 2, 0] == 7)
    var view = d.mutableView
    var column = view.row(0..<2, 1, 1, 1)
    column[1] = 8
    #expect(view[1, 1, 1, 1] == 8)
    #expect(b.rowAxis == 0)
    #expect(try Field<Double, 2>([3, 4], halo: 0, repeating: 0).rowAxis == 1)
  }

  @Test(arguments: [Layout.Order.c, .fortran], [0, 1, 4])
  func cellsKeepWhatIsWritten(order: Layout.Order, rowPadding: Int) throws {
    try check([7], [HaloSides(lower: 2, upper: 1)], order, rowPadding)
    try check([4, 5], [1, HaloSides(lower: 0, upper: 2)], order, rowPadding)
    try check([3, 2, 4], [1, 2, 0], order, rowPadding)
    try check([2, 3, 2, 3], [0, 1, 1, 2], order, rowPadding)
    try check([2, 2, 2, 1, 2], [1, 0, 1, 0, 1], order, rowPadding)
  }

  private func check<let Rank: Int>(
    _ extents: InlineArray<Rank, Int>, _ halo: [HaloSides], _ order: Layout.Order, _ rowPadding: Int
  ) throws {
    var field = try Field<Int64, Rank>(
      extents, halo: HaloWidths(halo), repeating: -1, order: order, rowPadding: rowPadding)
    let rowAxis = order == .c ? Rank - 1 : 0
    // Rows come in memory order, and every way of reading a cell finds the same one.
    var count: Int64 = 0
    field.forEachMutableRow(in: field.allocated) { _, row in
      for x in row.indices {
        row[x] = count
        count += 1
      }
    }
    #expect(count == field.allocated.count)
    var next: Int64 = 0
    field.forEachRow(in: field.allocated) { first, row in
      var cell = first
      for x in row.indices {
        if row[x] != next || field[cell] != next || field.view[cell] != next { Issue.record("\(next)") }
        cell[rowAxis] += 1
        next += 1
      }
    }
    // The strides are those of the padded widths.
    let widths = (0..<Rank).map { field.allocated[$0].count + ($0 == rowAxis ? rowPadding : 0) }
    #expect(
      field.strided(field.allocated).layout.strides
        == Layout(contiguous: PerAxis(widths), itemSize: 8, order: order).strides)
    #expect(Self.firstDifference(field) == nil)
    field.fill(field.owned, with: 0)
    var zeros = 0
    forEachPoint(of: field.allocated) { _, index in if field[index] == 0 { zeros += 1 } }
    #expect(zeros == field.owned.count + (field.owned == field.allocated ? 0 : 1))
  }

  /// The first cell of which the strided array has another value.
  private static func firstDifference<let Rank: Int>(_ field: borrowing Field<Int64, Rank>) -> String? {
    let whole = field.strided(field.allocated)
    var difference: String?
    forEachPoint(of: field.allocated) { point, index in
      let place = PerAxis(point.indices.map { point[$0] - field.allocated.lower[$0] })
      if whole[place] != field[index] { difference = "\(point)" }
    }
    return difference
  }

  private static func expect(_ result: ExitTest.Result?, says words: String...) {
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    for word in words { #expect(text.contains(word), "\(text)") }
  }

  @Test func rowsAlongAnotherAxis() async {
    let field = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let u = try Field<Double, 3>([3, 4, 5], halo: 1, repeating: 0, order: .fortran)
      _ = u.row(0, 0, 0..<2)
    }
    Self.expect(field, says: "row along axis 2", "contiguous along axis 0", "row(range, i, i)", "order: .c")
    let view = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var u = try Field<Double, 2>([3, 4], halo: 1, repeating: 0)
      var view = u.mutableView
      var row = view.row(0..<2, 0)
      row[0] = 1
    }
    Self.expect(view, says: "row along axis 0", "contiguous along axis 1", "row(i, range)", "order: .fortran")
  }

  @Test func cellsOutsideAFortranField() async {
    let row = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let u = try Field<Double, 2>([8, 4], halo: 1, repeating: 0, order: .fortran)
      _ = u.row(0..<10, 3)
    }
    Self.expect(row, says: "[0..<10, 3]", "outside the field and its halo")
    let long = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let u = try Field<Double, 2>([8, 4], halo: 1, repeating: 0, order: .fortran)
      _ = u.row(from: [1, 0], count: .max)
    }
    Self.expect(long, says: "outside the field and its halo")
    // Where no row runs, a place beyond all integers does not come through either.
    let beyond = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let u = try Field<Double, 2>([8, 4], halo: 1, repeating: 0, order: .fortran)
      _ = u.row(0, .max..<(.max))
    }
    Self.expect(beyond, says: "row along axis 1")
  }

  @Test func negativePaddingIsRefused() {
    #expect(
      throws: HaloError.invalidField(
        InvalidField(field: "field 'u'", property: "row padding", expected: "0 cells or more", found: "-1"))
    ) { _ = try Field<Double, 2>([4, 4], halo: 1, repeating: 0, rowPadding: -1, name: "u") }
  }
}
