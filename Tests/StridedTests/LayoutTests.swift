import SeededRandom
import Strided
import Testing

@Suite struct LayoutTests {
  @Test func contiguousArraysHaveTheStridesOfTheirOrder() {
    let c = Layout(contiguous: [4, 5, 6], itemSize: 8)
    #expect(c.strides == [240, 48, 8])
    #expect(c.count == 120 && c.byteCount == 960 && c.rank == 3 && c.byteBounds == 0..<960)
    #expect(Layout(contiguous: [4, 5, 6], itemSize: 8, order: .fortran).strides == [8, 32, 160])
    let point = Layout(contiguous: [], itemSize: 8)
    #expect(point.count == 1 && point.byteBounds == 0..<8 && !point.isEmpty && point.rank == 0)
    let empty = Layout(contiguous: [4, 0, 6], itemSize: 8)
    #expect(empty.isEmpty && empty.count == 0 && empty.byteBounds.isEmpty)
  }

  @Test func contiguityIsThatOfTheElementsInOrder() {
    for number in 0..<2000 {
      var chance = Chance(case: number)
      let shape = (0..<chance.number(in: 0...4)).map { _ in chance.number(in: chance.one(of: [0, 1, 1])...3) }
      var array = PlainArray.random(shape: shape, itemSize: chance.one(of: [1, 8]), &chance)
      for axis in shape.indices where chance.happens(oneIn: 6) { array.strides[axis] = 0 }
      let backwards = PlainArray(
        shape: shape.reversed(), strides: array.strides.reversed(), itemSize: array.itemSize,
        offset: array.offset)
      let inC = isConsecutive(array), inFortran = isConsecutive(backwards)
      let comment: Comment = "seed \(Chance.seed), case \(number): \(array)"
      #expect(array.layout.isContiguous(in: .c) == inC, comment)
      #expect(array.layout.isContiguous(in: .fortran) == inFortran, comment)
      #expect(array.layout.isContiguous == (inC || inFortran), comment)
    }
  }

  private func isConsecutive(_ array: PlainArray) -> Bool {
    array.offsets.enumerated().allSatisfy { $1 == array.offset + $0 * array.itemSize }
  }

  @Test func boundsHoldEveryElementTightly() {
    for number in 0..<500 {
      var chance = Chance(case: number)
      let array = PlainArray.random(shape: PlainArray.randomShape(&chance), itemSize: 5, &chance)
      guard let lowest = array.offsets.min(), let highest = array.offsets.max() else {
        #expect(array.layout.byteBounds.isEmpty)
        continue
      }
      #expect(array.layout.byteBounds == lowest..<(highest + 5), "seed \(Chance.seed), case \(number)")
      let index = chance.one(of: array.indices)
      let expected = zip(index, array.strides).reduce(array.offset) { $0 + $1.0 * $1.1 }
      #expect(array.layout.byteOffset(of: PerAxis(index)) == expected)
    }
  }

  @Test func bytesThatCannotBeCountedAreFoundBeforehand() {
    #expect(Layout.byteCount(contiguous: [1 << 40, 1 << 20], itemSize: 8) == nil)
    #expect(Layout.byteCount(contiguous: [1 << 40, 1 << 20, 0], itemSize: 8) == 0)
    #expect(Layout.byteCount(contiguous: [3, -1], itemSize: 8) == nil)
    #expect(Layout.byteCount(contiguous: [3], itemSize: 0) == nil)
    #expect(Layout.byteCount(contiguous: [3, 5], itemSize: 8) == 120)
  }

  @Test func refusesBytesThatCannotBeCounted() async {
    let contiguous = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Layout(contiguous: [1 << 40, 1 << 20], itemSize: 8)
    }
    #expect(message(of: contiguous).contains("[1099511627776, 1048576] with items of 8 bytes"))
    let strided = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Layout(shape: [3, 3], strides: [Int.max / 2, Int.max / 2], itemSize: 8)
    }
    #expect(message(of: strided).contains("cannot be counted in an Int"))
  }

  @Test func refusesWhatIsNoArray() async {
    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Layout(shape: [3, 3], strides: [8], itemSize: 8)
    }
    #expect(message(of: rank).contains("1 strides for the 2 axes"))
    let extent = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Layout(shape: [3, -3], strides: [8, 8], itemSize: 8)
    }
    #expect(message(of: extent).contains("axis 1 has the negative extent -3"))
    let item = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Layout(shape: [3], strides: [8], itemSize: 0)
    }
    #expect(message(of: item).contains("item size of 0 bytes"))
    let index = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Layout(contiguous: [3, 4], itemSize: 8).byteOffset(of: [2, 4])
    }
    #expect(message(of: index).contains("index [2, 4] is outside an array of shape [3, 4]"))
  }

  @Test func transposingMovesNoElement() {
    for number in 0..<300 {
      var chance = Chance(case: number)
      let array = PlainArray.random(shape: PlainArray.randomShape(&chance), itemSize: 4, &chance)
      let order = array.shape.indices.shuffled(using: &chance)
      let permuted = PlainArray(
        shape: order.map { array.shape[$0] }, strides: order.map { array.strides[$0] }, itemSize: 4,
        offset: array.offset)
      #expect(array.layout.permuted(PerAxis(order)) == permuted.layout)
      #expect(array.layout.transposed() == array.layout.permuted(PerAxis(array.shape.indices.reversed())))
      #expect(array.layout.transposed().transposed() == array.layout)
    }
  }

  @Test func turnsClockwise() {
    let (rows, columns) = (3, 4)
    let grid = Layout(contiguous: [rows, columns], itemSize: 1)
    let once = grid.turned(clockwise: 1)
    #expect(once.shape == [columns, rows])
    for row in 0..<rows {
      for column in 0..<columns {
        #expect(once.byteOffset(of: [column, rows - 1 - row]) == grid.byteOffset(of: [row, column]))
      }
    }
    #expect(once.turned(clockwise: 1) == grid.turned(clockwise: 2))
    #expect(grid.turned(clockwise: 3) == grid.turned(clockwise: -1))
    #expect(once.turned(clockwise: 3) == grid)
    #expect(grid.turned(clockwise: 4) == grid)
    let volume = Layout(contiguous: [2, 3, 4], itemSize: 1)
    #expect(volume.turned(clockwise: 1, rows: 1, columns: 2)[1] == volume[1].turned(clockwise: 1))
  }

  @Test func refusesAnOrderThatNamesAnAxisTwice() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Layout(contiguous: [3, 4], itemSize: 8).permuted([1, 1])
    }
    #expect(message(of: result).contains("[1, 1] is not an order of the 2 axes"))
  }
}
