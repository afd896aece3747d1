import SeededRandom
import Strided
import Testing

/// What the random layouts of ``StridedCopyTests`` are too small to reach: runs of many lines, and more runs than
/// the kernels look ahead.
@Suite struct CopyKernelTests {
  private func check(
    _ shape: [Int], from source: [Int], to destination: [Int], itemSize: Int, _ chance: inout Chance
  ) {
    let source = PlainArray(shape: shape, strides: source, itemSize: itemSize)
    let destination = PlainArray(shape: shape, strides: destination, itemSize: itemSize)
    let tests = StridedCopyTests()
    tests.check(
      StridedCopy(from: source.layout, to: destination.layout), from: source, to: destination, &chance,
      "\(source) to \(destination)")
    tests.check(.pack(source.layout), from: source, to: source.packed, &chance, "pack \(source)")
    tests.check(
      .unpack(destination.layout), from: destination.packed, to: destination, &chance,
      "unpack \(destination)")
  }

  @Test(arguments: [
    65, 95, 97, 127, 128, 129, 191, 193, 200, 255, 256, 257, 320, 1000, 1024, 5000, 16384, 16385, 20001,
  ])
  func copiesLongRuns(itemSize: Int) {
    var chance = Chance(case: itemSize)
    // Few runs and many, on either side of what fits into the first-level cache.
    for rows in itemSize < 1000 ? [3, 70] : [5] {
      let near = itemSize + 8
      let far = itemSize + 300
      check([2, rows], from: [far * rows, far], to: [-near * rows, near], itemSize: itemSize, &chance)
      check([rows, 2], from: [near, -near * rows], to: [far * 2, far], itemSize: itemSize, &chance)
    }
  }

  @Test(arguments: [1, 8, 11, 24, 64, 80])
  func looksAheadWithinRowsAndAcross(itemSize: Int) {
    var chance = Chance(case: itemSize)
    let run = itemSize + 128
    for shape in [[3, 80], [80, 3], [64, 2], [65, 2], [2, 3, 33], [70], [4, 2, 9, 2]] {
      var strides = [Int](repeating: 0, count: shape.count), stride = run
      for axis in shape.indices.reversed() {
        strides[axis] = stride
        stride *= shape[axis] + 1
      }
      var turned = strides
      turned[0] = -turned[0]
      check(shape, from: strides, to: strides, itemSize: itemSize, &chance)
      check(shape, from: turned, to: strides, itemSize: itemSize, &chance)
      check(shape, from: strides, to: turned, itemSize: itemSize, &chance)
    }
  }

  @Test(arguments: [4, 8, 12])
  func transposesNarrowShapes(itemSize: Int) {
    var chance = Chance(case: itemSize)
    for narrow in [2, 3, 4, 7, 17] {
      for shape in [[narrow, 5, 67], [67, 5, narrow], [narrow, 9, 5], [2, narrow, 5, 21]] {
        var (rows, columns) = (shape, shape)
        var (rowStride, columnStride) = (itemSize, itemSize)
        for axis in shape.indices {
          columns[axis] = columnStride
          columnStride *= shape[axis] + 1
          rows[shape.count - 1 - axis] = rowStride
          rowStride *= shape[shape.count - 1 - axis] + 1
        }
        check(shape, from: columns, to: rows, itemSize: itemSize, &chance)
        columns[0] = -columns[0]
        check(shape, from: columns, to: rows, itemSize: itemSize, &chance)
      }
    }
  }

  @Test(arguments: [8, 16])
  func transposesNarrowShapesWhoseRowsCrowdFewCacheSets(itemSize: Int) {
    var chance = Chance(case: itemSize)
    for stride in [1024, 4096] {
      check(
        [3, 5, 40], from: [itemSize, 3 * itemSize, stride], to: [40 * itemSize * 5, 40 * itemSize, itemSize],
        itemSize: itemSize, &chance)
    }
  }
}
