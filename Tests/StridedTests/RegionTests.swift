import SeededRandom
import Strided
import Testing

@Suite struct RegionTests {
  /// Every byte of a region, from its published description.
  private func byteSet(_ region: Region) -> Set<Int> {
    var starts = [region.offset]
    for (count, stride) in zip(region.counts, region.strides) {
      starts = starts.flatMap { start in (0..<count).map { start + $0 * stride } }
    }
    return Set(starts.flatMap { $0..<($0 + region.runBytes) })
  }

  @Test func holdsTheBytesOfTheElements() {
    for number in 0..<600 {
      var chance = Chance(case: number)
      var array = PlainArray.random(
        shape: PlainArray.randomShape(&chance), itemSize: chance.one(of: [1, 3, 8]), &chance)
      if chance.happens(oneIn: 3) {
        for axis in array.shape.indices where chance.happens(oneIn: 2) {
          array.strides[axis] = chance.one(of: [0, array.strides[axis] / 2, 4])
        }
      }
      let region = Region(array.layout)
      let comment: Comment = "seed \(Chance.seed), case \(number): \(array) as \(region)"
      #expect(byteSet(region) == array.byteSet, comment)
      #expect(region.byteBounds.lowerBound == array.byteSet.min() ?? 0, comment)
      #expect(region.byteBounds.upperBound == (array.byteSet.max() ?? -1) + 1, comment)
      #expect(region.isEmpty == array.byteSet.isEmpty, comment)
    }
  }

  @Test func equalBoxesAreEqualHoweverTheyWereSliced() {
    for number in 0..<600 {
      var chance = Chance(case: number)
      let shape = (0..<chance.number(in: 1...5)).map { _ in chance.number(in: 1...6) }
      let grid = Layout(
        contiguous: PerAxis(shape), itemSize: 4, order: chance.one(of: [.c, .fortran]))
      let box = shape.map { extent in
        let lower = chance.number(in: 0...(extent - 1))
        return lower..<chance.number(in: (lower + 1)...extent)
      }
      let straight = grid.sliced(by: box.map { .range($0) })
      var winding = grid.sliced(by: box.map { .from($0.lowerBound) })
      winding = winding.sliced(by: box.map { .first($0.count) })
      for axis in shape.indices where chance.happens(oneIn: 2) { winding = winding.reversed(axis: axis) }
      winding = winding.permuted(PerAxis(shape.indices.shuffled(using: &chance)))
      for axis in winding.shape.indices.reversed() where winding.shape[axis] == 1 && chance.happens(oneIn: 2)
      {
        winding = winding.sliced(by: Array(repeating: .all, count: axis) + [.index(0)])
      }
      let comment: Comment = "seed \(Chance.seed), case \(number): \(straight) and \(winding)"
      #expect(Region(straight) == Region(winding), comment)
      #expect(Region(straight).hashValue == Region(winding).hashValue, comment)
      #expect(Region(straight).byteCount == straight.byteCount, comment)
    }
  }

  @Test func theSameBytesInOtherItemsAreTheSameRegion() {
    let doubles = Layout(contiguous: [4, 6], itemSize: 8), floats = Layout(contiguous: [4, 12], itemSize: 4)
    #expect(Region(doubles[.all, 1..<3]) == Region(floats[.all, 2..<6]))
  }

  @Test func lowersFacesToRunsAndLevels() {
    let grid = Layout(contiguous: [4, 5, 6], itemSize: 8)
    #expect(Region(grid).runBytes == 960 && Region(grid).counts.isEmpty)
    let face = Region(grid[.all, .all, .last(3)])
    #expect(face.runBytes == 24 && face.counts == [20] && face.strides == [48] && face.offset == 24)
    let inner = Region(grid[1..<3, 1..<4, 1..<5])
    #expect(inner.runBytes == 32 && inner.counts == [3, 2] && inner.strides == [48, 240])
    #expect(inner.description == "32 bytes at 296 × 3 every 48 × 2 every 240")
    #expect(Region(grid[.first(0)]).isEmpty)
    #expect(Region(grid[.first(0)]) == Region(grid[.all, .last(0)]))
  }

  @Test func overlapIsExact() {
    var met = 0
    for number in 0..<2000 {
      var chance = Chance(case: number)
      let shape = (0..<chance.number(in: 1...3)).map { _ in chance.number(in: 1...7) }
      let grid = PlainArray(shape: shape, strides: [], itemSize: chance.one(of: [1, 4])).packed
      func box() -> PlainArray {
        guard !chance.happens(oneIn: 3) else {
          let shape = (0..<chance.number(in: 0...3)).map { _ in chance.number(in: 1...4) }
          return PlainArray.random(shape: shape, itemSize: 2, &chance)
        }
        let slices = shape.map { extent in
          let lower = chance.number(in: 0...(extent - 1))
          let upper = chance.number(in: (chance.happens(oneIn: 30) ? lower : lower + 1)...extent)
          return AxisSlice.range(lower..<upper, by: chance.one(of: [1, 1, 2, -3]))
        }
        let part = grid.layout.sliced(by: slices)
        return PlainArray(part)
      }
      let one = box(), other = box()
      let expected = !one.byteSet.isDisjoint(with: other.byteSet)
      met += expected ? 1 : 0
      let comment: Comment = "seed \(Chance.seed), case \(number): \(one) and \(other)"
      #expect(Region(one.layout).overlaps(Region(other.layout)) == expected, comment)
      #expect(Region(other.layout).overlaps(Region(one.layout)) == expected, comment)
    }
    #expect(met > 200 && met < 1800)
  }

  @Test(.timeLimit(.minutes(1))) func overlapOfTwoFacesOfALargeArrayIsQuick() {
    let grid = Layout(contiguous: [2000, 2000, 2000], itemSize: 8)
    let sent = Region(grid[1..<1999, 1..<1999, 3..<6]), received = Region(grid[1..<1999, 1..<1999, 0..<3])
    #expect(!sent.overlaps(received))
    #expect(Region(grid[5, 1..<1999, 0..<4]).overlaps(sent))
  }
}
