import ComplexModule
import Strided
import Testing

@Suite struct StridedViewTests {
  let values = (0..<60).map(Double.init)

  @Test func readsElementsBySeveralRanks() {
    let line = StridedView(values.span, shape: [60])
    let plane = StridedView(values.span, shape: [6, 10])
    let volume = StridedView(values.span, shape: [3, 4, 5])
    let column = StridedView(values.span, shape: [3, 4, 5], order: .fortran)
    #expect(line[17] == 17)
    #expect(plane[2, 7] == 27)
    #expect(volume[2, 3, 4] == 59 && volume[[1, 2, 3]] == 33)
    #expect(column[1, 0, 0] == 1 && column[[2, 3, 4]] == 59)
    let (count, rank, isEmpty, shape) = (volume.count, volume.rank, volume.isEmpty, volume.shape)
    #expect(count == 60 && rank == 3 && !isEmpty && shape == [3, 4, 5])
    let block = StridedView(values.span, shape: [3, 2, 2, 5])
    #expect(block[2, 1, 0, 4] == 54)
    let blockRow = block.row(1, 0, 1)[3]
    #expect(blockRow == 28)
    let scalar = line.sliced(by: [.index(5)])
    let row = scalar.row([])
    let (count0, element) = (row.count, row[0])
    #expect(scalar[[]] == 5 && count0 == 1 && element == 5)
  }

  @Test func slicesWithoutMovingElements() {
    let volume = StridedView(values.span, shape: [3, 4, 5])
    let part = volume[1..<3, 2, .range(0..<5, by: -2)]
    #expect(part.shape == [2, 3])
    #expect(part[0, 0] == 34 && part[1, 2] == 50)
    #expect(volume.transposed()[4, 3, 2] == 59)
    #expect(volume.permuted([1, 2, 0])[3, 4, 2] == 59)
    #expect(volume.reversed(axis: 0)[0, 0, 0] == 40)
  }

  @Test func rowsAreSpans() {
    let volume = StridedView(values.span, shape: [3, 4, 5])
    let cells = [
      volume.row(1, 2)[3], volume.row([1, 2])[3], volume[1].row(2)[3], volume[1, 2, .all].row()[3],
    ]
    #expect(cells == [33, 33, 33, 33])
    let hasRows = [volume.hasRows, volume.transposed().hasRows]
    #expect(hasRows == [true, false])
    var seen: [[Int]: [Double]] = [:]
    volume[.first(2), 1..<3, 3...].forEachRow { leading, row in
      seen[Array(leading)] = row.indices.map { row[$0] }
    }
    #expect(seen == [[0, 0]: [8, 9], [0, 1]: [13, 14], [1, 0]: [28, 29], [1, 1]: [33, 34]])
  }

  @Test func spanIsThereOnlyInLogicalOrder() {
    let volume = StridedView(values.span, shape: [3, 4, 5])
    let counts = [
      volume.span?.count, volume[1].span?.count, volume[.all, 1].span?.count, volume.transposed().span?.count,
    ]
    #expect(counts == [60, 20, nil, nil])
    let first = volume[1].span?[0]
    #expect(first == 20)
  }

  @Test func packsInLogicalOrder() {
    let volume = StridedView(values.span, shape: [3, 4, 5])
    var packed = [Double](repeating: -1, count: 12)
    var span = packed.mutableSpan
    volume[.all, .all, 4].transposed().pack(into: &span)
    #expect(packed == [4, 24, 44, 9, 29, 49, 14, 34, 54, 19, 39, 59])
  }

  @Test func comparesElements() {
    let volume = StridedView(values.span, shape: [3, 4, 5])
    let equal = [
      volume.elementsEqual(volume.transposed().transposed()), volume[0].elementsEqual(volume[1]),
      volume.elementsEqual(volume.transposed()),
    ]
    #expect(equal == [true, false, false])
  }

  @Test func anArrayWithoutElementsIsNeverRead() {
    let nothing: [Double] = []
    let view = StridedView(nothing.span, shape: [3, 0, 2])
    let (isEmpty, count) = (view.isEmpty, view.count)
    #expect(isEmpty && count == 0)
    view.forEachRow { _, _ in Issue.record("there is no row") }
    var none: [Double] = []
    var span = none.mutableSpan
    view.pack(into: &span)
    let (isEqual, spanCount) = (view.elementsEqual(view), view.span?.count)
    #expect(isEqual && spanCount == 0)
  }

  @Test func elementsNeedNoAlignment() {
    var bytes = [UInt8](repeating: 0, count: 64)
    unsafe bytes.withUnsafeMutableBytes { buffer in
      guard let start = buffer.baseAddress else { return }
      let layout = Layout(shape: [4], strides: [11], itemSize: 8, offset: 3)
      var view = unsafe MutableStridedView<Double>(unsafeStart: start, layout: layout)
      for i in 0..<4 { view[i] = Double(i) + 0.5 }
      let read = [view[3], view.readOnly[2]]
      #expect(read == [3.5, 2.5])
    }
  }

  @Test func refusesSpansOfAnotherSize() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let values = [1.0, 2.0]
      _ = StridedView(values.span, shape: [3])
    }
    #expect(message(of: result).contains("a span of 2 elements for an array of shape [3]"))
  }

  @Test func refusesIndicesOutside() async {
    let outside = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let values = [1.0, 2.0, 3.0, 4.0]
      print(StridedView(values.span, shape: [2, 2])[1, 2])
    }
    #expect(message(of: outside).contains("index [1, 2] is outside an array of shape [2, 2]"))
    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let values = [1.0, 2.0, 3.0, 4.0]
      print(StridedView(values.span, shape: [2, 2])[1])
    }
    #expect(message(of: rank).contains("index [1] is outside an array of shape [2, 2]"))
    let row = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let values = [1.0, 2.0, 3.0, 4.0]
      print(StridedView(values.span, shape: [2, 2]).row(2)[0])
    }
    #expect(message(of: row).contains("row [2] is outside an array of shape [2, 2]"))
  }

  @Test func refusesRowsThatAreNotSpans() async {
    let apart = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let values = [1.0, 2.0, 3.0, 4.0]
      print(StridedView(values.span, shape: [2, 2]).transposed().row(0)[0])
    }
    #expect(message(of: apart).contains("elements of the last axis are 16 bytes apart, not 8"))
    let unaligned = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let bytes = [UInt8](repeating: 0, count: 64)
      unsafe bytes.withUnsafeBytes { buffer in
        guard let start = buffer.baseAddress else { return }
        let layout = Layout(contiguous: [2], itemSize: 8)
        print(unsafe StridedView<Double>(unsafeStart: start + 3, layout: layout).row()[0])
      }
    }
    #expect(message(of: unaligned).contains("not aligned"))
  }
}
