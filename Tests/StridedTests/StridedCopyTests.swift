import SeededRandom
import Strided
import Testing

@Suite struct StridedCopyTests {
  /// Memory around an array with guard bytes on both sides, at any alignment.
  struct Block {
    var bytes: [UInt8]
    let base: Int

    init(for array: PlainArray, _ chance: inout Chance) {
      let offsets = array.offsets
      let lowest = offsets.min() ?? 0
      let highest = (offsets.max() ?? 0) + array.itemSize
      let front = 64 + chance.number(in: 0...15)
      bytes = chance.bytes(front + highest - lowest + 64)
      base = front - lowest
    }
  }

  /// Copies with the library and by hand, and compares all bytes, those around the arrays included.
  func check(
    _ copy: StridedCopy, from source: PlainArray, to destination: PlainArray, _ chance: inout Chance,
    _ comment: Comment
  ) {
    let from = Block(for: source, &chance)
    var to = Block(for: destination, &chance)
    var expected = to.bytes
    for (start, end) in zip(source.offsets, destination.offsets) {
      let (start, end) = (from.base + start, to.base + end)
      expected.replaceSubrange(
        end..<(end + source.itemSize), with: from.bytes[start..<(start + source.itemSize)])
    }
    let before = from.bytes
    unsafe from.bytes.withUnsafeBytes { source in
      unsafe to.bytes.withUnsafeMutableBytes { destination in
        guard let source = source.baseAddress, let destination = destination.baseAddress else { return }
        unsafe copy.execute(from: source + from.base, to: destination + to.base)
      }
    }
    // The first wrong byte says more than two long arrays, and sooner.
    #expect(firstDifference(to.bytes, expected) == nil, comment)
    #expect(firstDifference(from.bytes, before) == nil, comment)
    #expect(copy.byteCount == source.offsets.count * source.itemSize, comment)
  }

  private func firstDifference(_ found: [UInt8], _ expected: [UInt8]) -> Int? {
    found == expected ? nil : zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset
  }

  @Test func copiesEveryLayoutLikeIndexLists() {
    for number in 0..<500 {
      var chance = Chance(case: number)
      let shape = PlainArray.randomShape(&chance)
      let itemSize = chance.one(of: PlainArray.itemSizes)
      var source = PlainArray.random(shape: shape, itemSize: itemSize, &chance)
      let destination = PlainArray.random(shape: shape, itemSize: itemSize, &chance)
      if chance.happens(oneIn: 4) {
        for axis in shape.indices where chance.happens(oneIn: 2) { source.strides[axis] = 0 }
      }
      let comment: Comment = "seed \(Chance.seed), case \(number): \(source) to \(destination)"
      check(
        StridedCopy(from: source.layout, to: destination.layout), from: source, to: destination, &chance,
        comment)
      check(.pack(source.layout), from: source, to: source.packed, &chance, comment)
      check(.unpack(destination.layout), from: destination.packed, to: destination, &chance, comment)
    }
  }

  @Test(arguments: 1...80) func copiesEveryRunLength(itemSize: Int) {
    var chance = Chance(case: itemSize)
    let shape = [3, 4, 11]
    let source = PlainArray(
      shape: shape, strides: [-60 * itemSize, 14 * itemSize, itemSize + 3], itemSize: itemSize)
    let destination = PlainArray(
      shape: shape, strides: [2 * itemSize + 1, -900 * itemSize, 8 * itemSize], itemSize: itemSize)
    check(
      StridedCopy(from: source.layout, to: destination.layout), from: source, to: destination, &chance,
      "gaps on both sides")
    check(.pack(source.layout), from: source, to: source.packed, &chance, "pack")
    check(.unpack(destination.layout), from: destination.packed, to: destination, &chance, "unpack")
  }

  @Test(arguments: [1, 2, 4, 8, 16, 24, 12]) func transposesShapesThatFitNoTile(itemSize: Int) {
    var chance = Chance(case: itemSize)
    for shape in [[1, 70], [70, 1], [67, 33], [8, 64], [5, 3, 71], [9, 10, 11, 3]] {
      let destination = PlainArray(shape: shape, strides: [], itemSize: itemSize).packed
      var source = PlainArray(shape: shape.reversed(), strides: [], itemSize: itemSize).packed
      source = PlainArray(shape: shape, strides: source.strides.reversed(), itemSize: itemSize)
      let comment: Comment = "\(source) to \(destination)"
      check(
        StridedCopy(from: source.layout, to: destination.layout), from: source, to: destination, &chance,
        comment)
      check(
        StridedCopy(from: destination.layout, to: source.layout), from: destination, to: source, &chance,
        comment)
    }
  }

  @Test func foldsWhatIsContiguousOnBothSidesIntoOneRun() {
    let grid = Layout(contiguous: [6, 5, 4], itemSize: 8)
    #expect(StridedCopy(from: grid, to: grid).runBytes == 960)
    #expect(StridedCopy.pack(grid[1..<3]).runBytes == 320)
    #expect(StridedCopy.pack(grid[.all, 1..<3]).runBytes == 64)
    #expect(StridedCopy.pack(grid[.all, .all, .last(3)]).runBytes == 24)
    #expect(StridedCopy.pack(grid[.all, .all, 2]).runBytes == 8)
    #expect(StridedCopy.pack(grid.transposed()).runBytes == 8)
  }

  @Test func turnsBothSidesAroundTogether() {
    let grid = Layout(contiguous: [6, 5], itemSize: 8)
    let backwards = grid[.all(by: -1), .all(by: -1)]
    #expect(StridedCopy(from: backwards, to: backwards) == StridedCopy(from: grid, to: grid))
    #expect(StridedCopy(from: backwards, to: grid).runBytes == 8)
  }

  @Test func axesInAnotherOrderAreTheSameCopy() {
    let source = Layout(contiguous: [6, 5, 4], itemSize: 4)[1..<3, 2..<4, .last(3)]
    let destination = Layout(contiguous: [3, 9, 8], itemSize: 4)[..<2, 1..<3, ..<3]
    #expect(
      StridedCopy(from: source, to: destination)
        == StridedCopy(from: source.permuted([2, 0, 1]), to: destination.permuted([2, 0, 1])))
  }

  @Test func copiesNothingWithoutLookingAtTheAddresses() throws {
    let nothing = StridedCopy.pack(Layout(contiguous: [3, 0, 5], itemSize: 8))
    #expect(nothing.byteCount == 0 && nothing.runBytes == 0)
    let source = unsafe try #require(UnsafeRawPointer(bitPattern: 1))
    let destination = unsafe try #require(UnsafeMutableRawPointer(bitPattern: 2))
    unsafe nothing.execute(from: source, to: destination)
  }

  @Test func refusesShapesThatDiffer() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = StridedCopy(
        from: Layout(contiguous: [3, 4], itemSize: 8), to: Layout(contiguous: [4, 3], itemSize: 8))
    }
    #expect(message(of: result).contains("from shape [3, 4] to shape [4, 3]"))
  }

  @Test func refusesItemSizesThatDiffer() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = StridedCopy(from: Layout(contiguous: [3], itemSize: 8), to: Layout(contiguous: [3], itemSize: 4))
    }
    #expect(message(of: result).contains("items of 8 bytes to items of 4 bytes"))
  }

  @Test func refusesADestinationThatSharesPlaces() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = StridedCopy(
        from: Layout(contiguous: [2, 3], itemSize: 8),
        to: Layout(shape: [2, 3], strides: [0, 8], itemSize: 8))
    }
    #expect(message(of: result).contains("destination axis 0 has stride 0"))
  }
}
