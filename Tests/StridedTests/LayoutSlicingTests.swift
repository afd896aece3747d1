import SeededRandom
import Strided
import Testing

@Suite struct LayoutSlicingTests {
  @Test func selectsWhatIndexListsSelect() {
    for number in 0..<2000 {
      var chance = Chance(case: number)
      let array = PlainArray.random(shape: PlainArray.randomShape(&chance), itemSize: 2, &chance)
      let sliced = chance.number(in: 0...array.shape.count)
      var slices: [AxisSlice] = [], visits: [[Int]] = []
      for (axis, extent) in array.shape.enumerated() {
        guard axis < sliced else {
          visits.append(Array(0..<extent))
          continue
        }
        let (slice, indices) = randomSlice(extent: extent, &chance)
        slices.append(slice)
        visits.append(indices)
      }
      let expected = visits.reduce([[]]) { partial, indices in
        partial.flatMap { index in indices.map { index + [$0] } }
      }.map { zip($0, array.strides).reduce(array.offset) { $0 + $1.0 * $1.1 } }
      let part = array.layout.sliced(by: slices)
      let found = PlainArray(part)
      let comment: Comment = "seed \(Chance.seed), case \(number): \(array) sliced by \(slices)"
      #expect(found.offsets == expected, comment)
      let dropped = slices.filter { "\($0)".allSatisfy(\.isNumber) }.count
      #expect(part.rank == array.shape.count - dropped, comment)
    }
  }

  @Test func readsLikeNumPy() {
    let grid = Layout(contiguous: [5, 6, 7], itemSize: 1)
    #expect(grid[1..<3, .all, 2] == grid.sliced(by: [.range(1..<3), .all, .index(2)]))
    #expect(grid[1...2, 3..., ..<4] == grid.sliced(by: [.range(1..<3), .from(3), .first(4)]))
    #expect(grid[...3].shape == [4, 6, 7])
    #expect(grid[.last(3), .dropLast(1), .first(2)].shape == [3, 5, 2])
    let backwards = Layout(shape: [5, 3, 7], strides: [42, -14, 1], itemSize: 1, offset: 35)
    #expect(grid[.all, .range(1..<6, by: -2)] == backwards)
    #expect(grid[] == grid)
    #expect(grid.slicing(axis: 1, range: 2..<5, by: 2) == grid[.all, .range(2..<5, by: 2)])
    #expect(grid.reversed(axis: 2) == grid[.all, .all, .all(by: -1)])
  }

  @Test func namesAxisExtentAndWhatWasAsked() async {
    let range = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Layout(contiguous: [5, 6], itemSize: 8)[.all, 3..<7]
    }
    #expect(message(of: range).contains("axis 1 has extent 6, asked for 3..<7"))
    let behindIndex = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Layout(contiguous: [5, 6], itemSize: 8)[2, 6]
    }
    #expect(message(of: behindIndex).contains("axis 1 has extent 6, asked for 6"))
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Layout(contiguous: [5, 6], itemSize: 8)[-1]
    }
    #expect(message(of: negative).contains("axis 0 has extent 5, asked for -1"))
    let wide = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Layout(contiguous: [5, 6], itemSize: 8)[.last(9)]
    }
    #expect(message(of: wide).contains("axis 0 has extent 5, asked for .last(9)"))
    let step = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Layout(contiguous: [5, 6], itemSize: 8)[.all(by: 0)]
    }
    #expect(message(of: step).contains("axis 0 is sliced with a step of 0"))
    let many = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Layout(contiguous: [5, 6], itemSize: 8)[.all, 2, .first(2)]
    }
    #expect(message(of: many).contains("more slices than the 2 axes"))
  }
}
