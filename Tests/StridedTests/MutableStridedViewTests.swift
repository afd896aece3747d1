import ComplexModule
import Strided
import Testing

@Suite struct MutableStridedViewTests {
  @Test func writesElementsBySeveralRanks() {
    var values = [Double](repeating: 0, count: 24)
    var span = values.mutableSpan
    var volume = MutableStridedView(&span, shape: [2, 3, 4])
    volume[1, 2, 3] = 1
    volume[[0, 1, 2]] = 2
    let read = [volume[1, 2, 3], volume[[0, 1, 2]]]
    #expect(read == [1, 2])
    volume[1, 2, 3] += 4
    #expect(values[23] == 5 && values[6] == 2)
    var line = MutableStridedView(values.mutableSpan, shape: [24])
    line[5] = 7
    #expect(values[5] == 7)
    var block = MutableStridedView(values.mutableSpan, shape: [2, 2, 2, 3])
    block[1, 0, 1, 2] = 9
    var blockRow = block.mutableRow(0, 1, 1)
    blockRow[0] = 6
    #expect(values[17] == 9 && values[9] == 6)
    var plane = MutableStridedView(values.mutableSpan, shape: [4, 6], order: .fortran)
    plane[1, 5] = 8
    #expect(values[21] == 8)
  }

  @Test func fillsParts() {
    var values = [Int32](repeating: 0, count: 24)
    var span = values.mutableSpan
    var plane = MutableStridedView(&span, shape: [4, 6])
    plane[.first(1)].fill(1)
    plane[.all, 5].fill(2)
    plane[.range(1..<3), .all(by: -2)].fill(3)
    var corner = plane[.last(1), .first(2)]
    corner.fill(4)
    #expect(
      values == [
        1, 1, 1, 1, 1, 2,
        0, 3, 0, 3, 0, 3,
        0, 3, 0, 3, 0, 3,
        4, 4, 0, 0, 0, 2,
      ])
  }

  @Test func copiesAnyStridesToAnyOthers() {
    let source = (0..<24).map(Int16.init)
    var values = [Int16](repeating: -1, count: 24)
    var span = values.mutableSpan
    var plane = MutableStridedView(&span, shape: [6, 4])
    plane.copy(from: StridedView(source.span, shape: [4, 6]).transposed())
    let transposed: [Int16] = (0..<24).map { (place: Int) -> Int16 in Int16(place % 4 * 6 + place / 4) }
    #expect(values == transposed)
    var once = MutableStridedView(values.mutableSpan, shape: [6, 4])
    once[.all(by: -1), 0].unpack(from: source[0..<6].span)
    #expect((0..<6).map { values[4 * $0] } == [5, 4, 3, 2, 1, 0])
  }

  @Test func assigningAViewCopiesItsElements() {
    var values = [Int32](repeating: 0, count: 12)
    var others = [Int32](1...4)
    var span = values.mutableSpan
    var otherSpan = others.mutableSpan
    var plane = MutableStridedView(&span, shape: [3, 4])
    plane[1] = MutableStridedView(&otherSpan, shape: [4])
    #expect(values == [0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0])
  }

  @Test func rowsAreSpansToWrite() {
    var values = [Double](repeating: 0, count: 24)
    var span = values.mutableSpan
    var volume = MutableStridedView(&span, shape: [2, 3, 4])
    var row = volume.mutableRow(1, 2)
    for cell in row.indices { row[cell] = Double(cell) }
    volume[0].forEachRow { leading, row in
      for cell in row.indices { row[cell] = Double(10 * leading[0] + cell) }
    }
    let read = [volume.row(1, 2)[3], volume.row([0, 2])[1]]
    #expect(read == [3, 21])
    let expected: [Double] = [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]
    #expect(values == expected)
    var whole = MutableStridedView(values.mutableSpan, shape: [2, 3, 4])
    let (count, hasRows) = (whole.mutableSpan?.count, whole.hasRows)
    #expect(count == 24 && hasRows)
  }

  @Test func packsWhatItUnpacked() {
    var values = [Complex<Double>](repeating: 0, count: 30)
    let message = (0..<6).map { Complex(Double($0), -1) }
    var span = values.mutableSpan
    var plane = MutableStridedView(&span, shape: [5, 6])
    var box = plane[1..<3, .range(1..<6, by: 2)]
    box.unpack(from: message.span)
    var back = [Complex<Double>](repeating: 0, count: 6)
    var backSpan = back.mutableSpan
    box.pack(into: &backSpan)
    #expect(back == message)
    #expect(values[7] == message[0] && values[17] == message[5] && values[8] == 0)
  }

  @Test func movesStructsWithTheirPadding() {
    let source = (0..<12).map { Particle(position: Double($0), charge: Int32($0)) }
    var values = [Particle](repeating: Particle(position: 0, charge: 0), count: 12)
    var span = values.mutableSpan
    var plane = MutableStridedView(&span, shape: [3, 4])
    plane.fill(Particle(position: 9, charge: 9))
    plane[.all, .first(2)].copy(from: StridedView(source.span, shape: [3, 4])[.all, .last(2)])
    #expect(values[4] == source[6] && values[7] == Particle(position: 9, charge: 9))
  }

  @Test func refusesShapesThatDiffer() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let source = [1.0, 2.0]
      var values = [1.0, 2.0, 3.0]
      var view = MutableStridedView(values.mutableSpan, shape: [3])
      view.copy(from: StridedView(source.span, shape: [2]))
    }
    #expect(message(of: result).contains("from shape [2] to shape [3]"))
  }

  @Test func refusesLayoutsOfOtherItems() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var bytes = [UInt8](repeating: 0, count: 64)
      unsafe bytes.withUnsafeMutableBytes { buffer in
        guard let start = buffer.baseAddress else { return }
        let layout = Layout(contiguous: [2], itemSize: 4)
        var view = unsafe MutableStridedView<Double>(unsafeStart: start, layout: layout)
        view[0] = 1
      }
    }
    #expect(message(of: result).contains("the layout's items have 4 bytes, the element type's 8"))
  }
}
