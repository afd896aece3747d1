import CAccelerators
import SeededRandom

/// A table of random regions in memories of random bytes, and what the memories hold when all have been copied.
///
/// All spans are disjoint and have bytes around them that must stay as they are.
struct TransferCase {
  static let memoryCount = 3
  static let memoryBytes = 1 << 18

  private(set) var boxes: [Box] = []
  private(set) var before: [[UInt8]] = []
  private(set) var after: [[UInt8]] = []
  private var used = [Int](repeating: 0, count: memoryCount)

  init(_ chance: inout Chance) {
    for _ in 0..<Self.memoryCount { before.append(chance.bytes(Self.memoryBytes)) }
    for _ in 0..<chance.number(in: 1...8) { addBox(&chance) }
    after = before
    for box in boxes {
      for (from, to) in box.moves {
        let word = box.changed(before[box.source.memory][from..<from + box.wordBytes])
        after[box.target.memory].replaceSubrange(to..<to + box.wordBytes, with: word)
      }
    }
  }

  private mutating func addBox(_ chance: inout Chance) {
    let axes = chance.number(in: 1...(chance.happens(oneIn: 4) ? Int(TRANSFER_AXES) : 4))
    var room = 1 << chance.number(in: 2...12)
    var extents: [Int] = []
    for axis in 0..<axes {
      let most = axis + 1 < axes ? min(max(room, 2), 40) : max(room, 2)
      extents.append(chance.number(in: 2...most))
      room /= extents[axis]
    }
    if chance.happens(oneIn: 4) { extents[axes - 1] = 1 }
    var box = Box(wordBytes: 1 << chance.number(in: 0...4), extents: extents)
    let contiguous = chance.number(in: 0...2)
    guard
      let source = side(of: box, isContiguous: contiguous == 1, mayRepeat: true, &chance),
      let target = side(of: box, isContiguous: contiguous == 2, mayRepeat: false, &chance)
    else { return }
    box.source = source
    box.target = target
    if chance.happens(oneIn: 4) {
      box.negatesIntegers = true
    } else if chance.happens(oneIn: 3) {
      let bits = 8 * min(box.wordBytes, 8)
      box.flip = stride(from: bits - 1, to: 64, by: bits).reduce(0) { $0 | 1 << UInt64($1) }
    }
    boxes.append(box)
  }

  /// A span of its own in a random memory; strides of either sign and in any order, unless it is contiguous.
  private mutating func side(
    of box: Box, isContiguous: Bool, mayRepeat: Bool, _ chance: inout Chance
  ) -> Box.Side? {
    var side = Box.Side(memory: chance.number(in: 0...(Self.memoryCount - 1)))
    side.strides = [Int](repeating: 0, count: box.extents.count)
    var step = isContiguous ? 1 : chance.number(in: 1...3)
    var lowest = 0
    var highest = 0
    let order = isContiguous ? Array(box.extents.indices) : box.extents.indices.shuffled(using: &chance)
    for axis in order {
      if !isContiguous, mayRepeat, chance.happens(oneIn: 12) { continue }
      let backwards = !isContiguous && chance.happens(oneIn: 3)
      side.strides[axis] = backwards ? -step : step
      if backwards {
        lowest -= step * (box.extents[axis] - 1)
      } else {
        highest += step * (box.extents[axis] - 1)
      }
      step = step * box.extents[axis] + (isContiguous ? 0 : chance.number(in: 0...5))
    }
    let gap = used[side.memory] + chance.number(in: 1...40)
    let start = (gap + box.wordBytes - 1) / box.wordBytes * box.wordBytes
    let end = start + (highest - lowest + 1) * box.wordBytes
    guard end < Self.memoryBytes else { return nil }
    used[side.memory] = end
    side.offset = start - lowest * box.wordBytes
    return side
  }

  /// The kernel's table, tile by tile.
  var tiles: [transfer_tile] {
    boxes.enumerated().flatMap { number, box in
      (0..<transfer_tile_count(UInt32(box.wordCount))).map {
        transfer_tile(region: UInt32(number), first: $0 * UInt32(TRANSFER_TILE_WORDS))
      }
    }
  }

  /// The regions, by memory numbers; or by addresses, if it is known where the memories are.
  func regions(inMemoriesAt addresses: [UInt64]? = nil) -> [transfer_region] {
    boxes.map { box in
      var region = box.region
      if let addresses {
        region.source += addresses[box.source.memory]
        region.target += addresses[box.target.memory]
        region.source_memory = UInt8(TRANSFER_MEMORIES - 1)
        region.target_memory = UInt8(TRANSFER_MEMORIES - 1)
      }
      return region
    }
  }
}
