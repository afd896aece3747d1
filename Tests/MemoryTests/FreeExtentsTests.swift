import SeededRandom
import Testing

@testable import Memory

@Suite("Free extents")
struct FreeExtentsTests {
  /// What is taken, byte by byte.
  private struct Oracle {
    var isTaken: [Bool]

    func start(for request: FreeExtents.Request) -> Int? {
      (0..<max(isTaken.count - request.byteCount + 1, 0)).first { start in
        start >= request.offset && (start - request.offset) % request.alignment == 0
          && !isTaken[start..<start + request.byteCount].contains(true)
      }
    }

    var extents: [Range<Int>] {
      var found: [Range<Int>] = []
      for byte in isTaken.indices where !isTaken[byte] {
        if found.last?.upperBound == byte {
          found[found.count - 1] = found[found.count - 1].lowerBound..<byte + 1
        } else {
          found.append(byte..<byte + 1)
        }
      }
      return found
    }
  }

  @Test("Whatever is taken and given back, the lowest place that fits is found and neighbours are joined")
  func againstOracle() {
    for number in 0..<30 {
      var chance = Chance(case: number)
      let count = chance.number(in: 1...600)
      var free = FreeExtents(0..<count)
      var oracle = Oracle(isTaken: Array(repeating: false, count: count))
      var taken: [Range<Int>] = []
      for _ in 0..<120 {
        if taken.isEmpty || chance.number(in: 0...2) > 0 {
          let alignment = chance.one(of: [1, 2, 8, 64])
          let request = FreeExtents.Request(
            byteCount: chance.number(in: 1...70), alignment: alignment,
            offset: chance.happens(oneIn: 3) ? chance.number(in: 0...90) : 0)
          let range = free.take(request)
          #expect(range?.lowerBound == oracle.start(for: request))
          guard let range else { continue }
          for byte in range { oracle.isTaken[byte] = true }
          taken.append(range)
        } else {
          let range = taken.remove(at: chance.number(in: 0...(taken.count - 1)))
          for byte in range { oracle.isTaken[byte] = false }
          let joined = free.give(range)
          #expect(joined.map { oracle.extents.contains($0) && $0.clamped(to: range) == range } == true)
        }
        #expect(free.extents == oracle.extents)
      }
    }
  }

  @Test("What is free already, or was never there, is not taken back")
  func wrongRanges() {
    var free = FreeExtents(0..<100)
    _ = free.take(FreeExtents.Request(byteCount: 50, alignment: 1, offset: 0))
    for range in [40..<60, 60..<70, 0..<51, -10..<10, 90..<110] {
      let joined = free.give(range)
      #expect(joined == nil)
    }
    #expect(free.extents == [50..<100])
    let joined = free.give(0..<50)
    #expect(joined == 0..<100)
  }

  @Test("Nothing is taken of nothing, and nothing that is too large")
  func tooLarge() {
    var free = FreeExtents(0..<0)
    let one = free.take(FreeExtents.Request(byteCount: 1, alignment: 1, offset: 0))
    #expect(one == nil)
    free = FreeExtents(0..<64)
    for (byteCount, alignment, offset) in [(65, 1, 0), (64, 64, 1), (64, 64, 64)] {
      let range = free.take(FreeExtents.Request(byteCount: byteCount, alignment: alignment, offset: offset))
      #expect(range == nil)
    }
  }
}
