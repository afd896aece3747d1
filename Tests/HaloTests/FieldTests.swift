import Halo
import Testing

@Suite struct FieldTests {
  @Test func boxes() {
    let box = Box<2>(lower: [0, -1], upper: [4, 3])
    #expect(box.count == 16)
    #expect(box[1] == -1..<3)
    #expect(box.contains([3, 2]))
    #expect(!box.contains([3, 3]))
    #expect(box.description == "[0..<4, -1..<3]")
    #expect(box.inset(lower: [1, 1], upper: [1, 1]) == Box(lower: [1, 0], upper: [3, 2]))
    #expect(box.inset(lower: [3, 0], upper: [3, 0]).isEmpty)
    #expect(box.inset(lower: [9, 0], upper: [9, 0]).count == 0)
    #expect((2..<5).shifted(by: -3) == -1..<2)
  }

  @Test func subscriptsOfEveryRank() throws {
    var a = try Field<Double, 1>([3], halo: 1, repeating: 0)
    var b = try Field<Double, 2>([3, 3], halo: 1, repeating: 0)
    var c = try Field<Double, 3>([3, 3, 3], halo: 1, repeating: 0)
    var d = try Field<Double, 4>([3, 3, 3, 3], halo: 1, repeating: 0)
    a[-1] = 1
    b[-1, 3] = 2
    c[0, -1, 3] = 3
    d[1, 0, -1, 3] = 4
    #expect(a.row(-1..<1)[0] == 1)
    #expect(b.row(-1, 3..<4)[0] == 2)
    #expect(c.row(0, -1, 2..<4)[1] == 3)
    #expect(d.row(1, 0, -1, 2..<4)[1] == 4)
    var row = c.mutableRow(0, -1, 2..<4)
    row[0] = 7
    #expect(c[0, -1, 2] == 7)
    #expect(a[-1] + b[-1, 3] + c[0, -1, 3] + d[1, 0, -1, 3] == 10)
    var view = d.mutableView
    view[0, 0, 0, 0] = 5
    #expect(view[0, 0, 0, 0] == 5)
  }

  @Test func stridedBoxesAreTheSameMemory() throws {
    var field = try Field<Double, 2>([4, 5], halo: 2, repeating: 0)
    let box = Box<2>(lower: [-1, 2], upper: [3, 6])
    var strided = field.mutableStrided(box)
    strided.fill(8)
    var eights = 0
    field.forEachRow(in: field.allocated) { cell, row in
      for x in row.indices where row[x] == 8 {
        eights += 1
        #expect(box.contains([cell[0], cell[1] + x]))
      }
    }
    #expect(eights == 16)
  }

  @Test func badShapes() throws {
    #expect(throws: HaloError.topology(.emptyExtent(axis: 1, found: 0))) {
      _ = try Field<Double, 2>([4, 0], halo: 1, repeating: 0)
    }
    #expect(throws: HaloError.topology(.emptyExtent(axis: 0, found: -4))) {
      _ = try Field<Double, 1>([-4], halo: 1, repeating: 0)
    }
    #expect(throws: HaloError.topology(.negativeHalo(axis: 0, found: -1))) {
      _ = try Field<Double, 1>([4], halo: -1, repeating: 0)
    }
    #expect(throws: HaloError.topology(.wrongLength(of: "halo widths", expected: 2, found: 3))) {
      _ = try Field<Double, 2>([4, 4], halo: [1, 1, 1], repeating: 0)
    }
    func tooLarge(_ points: String) -> HaloError {
      .invalidField(
        InvalidField(
          field: "field", property: "extents", expected: "bytes that an integer can count",
          found: "\(points) points with the halo"))
    }
    // The extents that the error names include the halo, which may be what is too large.
    #expect(throws: tooLarge("[6, 9223372036854775807]")) {
      _ = try Field<Double, 2>([4, 4], halo: [1, HaloSides(lower: .max, upper: .max)], repeating: 0)
    }
    #expect(throws: tooLarge("[9223372036854775807, 6]")) {
      _ = try Field<Double, 2>([.max, 4], halo: 1, repeating: 0)
    }
    #expect(throws: HaloError.self) { _ = try Field<Double, 1>([1 << 56], halo: 1, repeating: 0) }
    #expect(throws: HaloError.self) { _ = try Field<Double, 1>([4], halo: HaloWidths(.max), repeating: 0) }
  }

  @Test func errorsAreOneLine() {
    let mismatch = FieldMismatch(
      rank: 2, peer: 0, field: "'height'", property: "dtype", expected: "float64", found: "float32")
    #expect(
      HaloError.fieldMismatch(mismatch).description
        == "rank 2, field 'height', dtype: expected float64 (as on rank 0), found float32: "
        + "build the same fields in the same order on every rank")
    #expect(
      HaloError.timedOut(rank: 1, waitingFor: [0, 3], limit: .seconds(5)).description
        == "rank 1: no halo message from ranks 0, 3 after 5.0 seconds: "
        + "see what they wait for, or raise HALO_TIMEOUT (seconds, 0 for no limit)")
    #expect(HaloError.onRank(3, message: "no memory").description == "on rank 3: no memory")
  }
}
