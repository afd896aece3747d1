import SeededRandom
import Strided
import Testing

@Suite struct LayoutSlicingTests {
  /// A slice and the indices that it visits, worked out without the library.
  private func randomSlice(extent: Int, _ chance: inout Chance) -> (slice: AxisSlice, visits: [Int]) {
    let indices = Array(0..<extent)
    let lower = chance.number(in: 0...extent), upper = chance.number(in: lower...extent)
    let step = chance.one(of: [1, 1, 2, 3, 100])
    func every(_ values: [Int]) -> [Int] { stride(from: 0, to: values.count, by: step).map { values[$0] } }
    switch chance.number(in: 0...8) {
    case 0 where extent > 0:
      let index = chance.number(in: 0...(extent - 1))
      return (.index(index), [index])
    case 1: return (.range(lower..<upper, by: step), every(Array(indices[lower..<upper])))
    case 2: return (.range(lower..<upper, by: -step), every(indices[lower..<upper].reversed()))
    case 3: return (.all(by: -step), every(indices.reversed()))
    case 4: return (.first(upper), Array(indices.prefix(upper)))
    case 5: return (.last(upper), Array(indices.suffix(upper)))
    case 6: return (.dropLast(lower), Array(indices.dropLast(lower)))
    case 7: return (.from(lower), Array(indices[lower...]))
    default: return (.all, indices)
    }
  }

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
