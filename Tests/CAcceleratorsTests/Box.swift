import CAccelerators

/// One region, described without the kernel's structures: the naive side of every comparison.
struct Box {
  /// One side of it: where its first word is, in bytes, and how far its words are apart, in words.
  struct Side {
    var memory = 0
    var offset = 0
    var strides: [Int] = []
  }

  var wordBytes: Int
  var extents: [Int]
  var source = Side()
  var target = Side()
  var flip: UInt64 = 0
  /// Whether words are integers, to be negated.
  var negatesIntegers = false

  var wordCount: Int { extents.reduce(1, *) }

  /// What becomes of a word, the lowest byte first.
  func changed(_ word: ArraySlice<UInt8>) -> [UInt8] {
    guard negatesIntegers else {
      return zip(0..., word).map { $1 ^ UInt8(truncatingIfNeeded: flip >> (8 * ($0 % 8))) }
    }
    var borrow = 0
    return word.map { byte in
      let difference = 0 - Int(byte) - borrow
      borrow = difference < 0 ? 1 : 0
      return UInt8(truncatingIfNeeded: difference)
    }
  }

  /// Where each word starts and where it goes, in bytes.
  var moves: [(source: Int, target: Int)] {
    var index = [Int](repeating: 0, count: extents.count)
    return (0..<wordCount).map { _ in
      let from = zip(index, source.strides).reduce(0) { $0 + $1.0 * $1.1 }
      let to = zip(index, target.strides).reduce(0) { $0 + $1.0 * $1.1 }
      for axis in index.indices {
        index[axis] += 1
        if index[axis] < extents[axis] { break }
        index[axis] = 0
      }
      return (source.offset + from * wordBytes, target.offset + to * wordBytes)
    }
  }

  /// As the kernel's table has it.
  var region: transfer_region {
    var region = transfer_region()
    region.source = UInt64(source.offset)
    region.target = UInt64(target.offset)
    region.source_memory = UInt8(source.memory)
    region.target_memory = UInt8(target.memory)
    region.word_shift =
      UInt8(wordBytes.trailingZeroBitCount) + (negatesIntegers ? UInt8(TRANSFER_NEGATED) : 0)
    region.flip = flip
    for axis in extents.indices {
      unsafe transfer_region_add_axis(
        &region, Int32(source.strides[axis]), Int32(target.strides[axis]), UInt32(extents[axis]))
    }
    return region
  }
}
