import SeededRandom
import Strided
import Testing

@Suite struct FusedCopyTests {
  /// The boxes that each direction of a periodic array reads and writes.
  private struct Wraps {
    let array: PlainArray
    var boxes: [(source: PlainArray, destination: PlainArray)] = []

    init(owned: [Int], below: [Int], above: [Int], itemSize: Int, fortran: Bool) {
      let shape = owned.indices.map { owned[$0] + below[$0] + above[$0] }
      var strides = [Int](repeating: 0, count: shape.count), stride = itemSize
      for axis in fortran ? Array(shape.indices) : shape.indices.reversed() {
        strides[axis] = stride
        stride *= shape[axis]
      }
      array = PlainArray(shape: shape, strides: strides, itemSize: itemSize)
      let directions = owned.reduce([[Int]]([[]])) { all, _ in
        all.flatMap { head in [-1, 0, 1].map { head + [$0] } }
      }
      for direction in directions where direction.contains(where: { $0 != 0 }) {
        var (source, destination) = (array, array)
        for axis in owned.indices {
          let (from, to, width) =
            switch direction[axis] {
            case -1: (owned[axis], 0, below[axis])
            case 1: (below[axis], below[axis] + owned[axis], above[axis])
            default: (below[axis], below[axis], owned[axis])
            }
          source.offset += from * strides[axis]
          destination.offset += to * strides[axis]
          source.shape[axis] = width
          destination.shape[axis] = width
        }
        boxes.append((source, destination))
      }
    }
  }

  private func naive(_ wraps: Wraps, _ bytes: [UInt8], base: Int) -> [UInt8] {
    var expected = bytes
    for box in wraps.boxes {
      for (from, to) in zip(box.source.offsets, box.destination.offsets) {
        for byte in 0..<wraps.array.itemSize { expected[base + to + byte] = bytes[base + from + byte] }
      }
    }
    return expected
  }

  @Test func wrapsLikeOneCopyAfterTheOther() {
    for number in 0..<60 {
      var chance = Chance(case: number)
      let rank = chance.number(in: 1...4)
      let owned = (0..<rank).map { _ in chance.number(in: 3...(rank > 2 ? 5 : 30)) }
      let below = (0..<rank).map { _ in chance.number(in: 0...3) }
      let above = chance.happens(oneIn: 2) ? below : (0..<rank).map { _ in chance.number(in: 0...3) }
      let wraps = Wraps(
        owned: owned, below: below, above: above, itemSize: chance.one(of: [1, 2, 4, 8, 12, 16, 24]),
        fortran: chance.happens(oneIn: 3))
      let base = 64 + chance.number(in: 0...15)
      let size = wraps.array.offsets.count * wraps.array.itemSize
      var bytes = chance.bytes(base + size + 64)
      let expected = naive(wraps, bytes, base: base)
      let copies = wraps.boxes.map { StridedCopy(from: $0.source.layout, to: $0.destination.layout) }
      let fused = StridedCopy.fused(copies.shuffled(using: &chance), inPlace: true)
      unsafe bytes.withUnsafeMutableBytes { buffer in
        guard let start = buffer.baseAddress else { return }
        for copy in fused {
          unsafe copy.execute(from: UnsafeRawPointer(start + base), to: start + base)
        }
      }
      let isEqual = bytes == expected
      #expect(isEqual, "seed \(Chance.seed), case \(number): \(wraps.array)")
      #expect(fused.reduce(0) { $0 + $1.byteCount } == copies.reduce(0) { $0 + $1.byteCount })
    }
  }

  @Test func bothFacesOfTheFastestAxisAreOneSweep() {
    for halo in 1...3 {
      let array = Layout(contiguous: [20, 30, 40 + 2 * halo], itemSize: 8)
      let low = StridedCopy(
        from: array[2..<18, 2..<28, .range(40..<(40 + halo))], to: array[2..<18, 2..<28, .first(halo)])
      let high = StridedCopy(
        from: array[2..<18, 2..<28, .range(halo..<(2 * halo))], to: array[2..<18, 2..<28, .last(halo)])
      #expect(StridedCopy.fused([low, high], inPlace: true).count == 1)
      #expect(StridedCopy.fused([high, low], inPlace: true).count == 1)
    }
  }

  @Test func facesOfOtherAxesStayOnTheirOwn() {
    let array = Layout(contiguous: [20, 30, 40], itemSize: 8)
    let rows = [(27..<29, 0..<2), (2..<4, 28..<30)].map { from, to in
      StridedCopy(from: array[.all, .range(from), 2..<4], to: array[.all, .range(to), 2..<4])
    }
    #expect(StridedCopy.fused(rows, inPlace: true).count == 2)
  }

  @Test func unpacksBothFacesInOneSweep() {
    var chance = Chance(case: 0)
    let array = PlainArray(shape: [9, 11, 20], strides: [11 * 20 * 8, 20 * 8, 8], itemSize: 8)
    let faces = [array.layout[.all, .all, .first(3)], array.layout[.all, .all, .last(3)]]
    let size = 9 * 11 * 3 * 8
    let copies = faces.enumerated().map { number, face in
      StridedCopy.unpack(face).moved(source: number * (size + 40), destination: 0)
    }
    let fused = StridedCopy.fused(copies, inPlace: false)
    #expect(fused.count == 1)
    let message = chance.bytes(2 * size + 40)
    var (one, other) = (
      [UInt8](repeating: 0, count: 9 * 11 * 20 * 8), [UInt8](repeating: 0, count: 9 * 11 * 20 * 8)
    )
    unsafe message.withUnsafeBytes { message in
      guard let message = message.baseAddress else { return }
      unsafe one.withUnsafeMutableBytes { array in
        guard let array = array.baseAddress else { return }
        for copy in copies { unsafe copy.execute(from: message, to: array) }
      }
      unsafe other.withUnsafeMutableBytes { array in
        guard let array = array.baseAddress else { return }
        for copy in fused { unsafe copy.execute(from: message, to: array) }
      }
    }
    let isEqual = one == other
    #expect(isEqual)
  }

  @Test func leavesOutCopiesOfNothing() {
    let nothing = StridedCopy.pack(Layout(contiguous: [3, 0], itemSize: 8))
    #expect(StridedCopy.fused([nothing, nothing.moved(source: 8, destination: 8)], inPlace: false).isEmpty)
  }
}
