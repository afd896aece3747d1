/// Which bytes of an item trade places where its byte order is not this machine's.
///
/// Repeated words are counted, not listed, so that a format of any count has a small one.
struct ByteSwap: Hashable, Sendable {
  private indirect enum Part: Hashable, Sendable {
    /// So many words of so many bytes that follow each other.
    case words(offset: Int, byteCount: Int, count: Int)
    /// So many structs that follow each other.
    case structures(offset: Int, byteCount: Int, count: Int, [Part])
  }

  private let itemSize: Int
  private let parts: [Part]

  /// `nil` where every byte is in its place.
  init?(_ format: BufferFormat) {
    itemSize = format.size
    parts = ByteSwap.parts(of: format)
    guard !parts.isEmpty else { return nil }
  }

  private static func parts(of format: BufferFormat) -> [Part] {
    format.members.compactMap { member in
      guard member.size > 0 else { return nil }
      if case .structure(let structure) = member.item {
        let inner = parts(of: structure)
        guard !inner.isEmpty else { return nil }
        return .structures(
          offset: member.offset, byteCount: member.itemSize, count: member.itemCount, inner)
      }
      guard !member.byteOrder.isNative, let words = words(of: member) else { return nil }
      return words
    }
  }

  private static func words(of member: BufferFormat.Member) -> Part? {
    var (byteCount, count) = (member.itemSize, member.itemCount)
    switch member.item {
    case .scalar(let scalar) where scalar.takesLength: return nil
    case .complex:
      byteCount /= 2
      // No overflow: the bytes of all of them have been counted.
      count *= 2
    default: break
    }
    return byteCount > 1 ? .words(offset: member.offset, byteCount: byteCount, count: count) : nil
  }

  /// Swaps the bytes of items that follow each other.
  @unsafe func apply(to start: UnsafeMutableRawPointer, itemCount: Int) {
    for item in 0..<itemCount { unsafe ByteSwap.apply(parts, to: start + item * itemSize) }
  }

  private static func apply(_ parts: [Part], to start: UnsafeMutableRawPointer) {
    for part in parts {
      switch part {
      case .words(let offset, let byteCount, let count):
        unsafe swapWords(start + offset, byteCount, count)
      case .structures(let offset, let byteCount, let count, let inner):
        for number in 0..<count { unsafe apply(inner, to: start + offset + number * byteCount) }
      }
    }
  }

  private static func swapWords(_ start: UnsafeMutableRawPointer, _ byteCount: Int, _ count: Int) {
    switch byteCount {
    case 2: unsafe swapWords(start, count, UInt16.self)
    case 4: unsafe swapWords(start, count, UInt32.self)
    case 8: unsafe swapWords(start, count, UInt64.self)
    default:
      for number in 0..<count {
        var word = unsafe UnsafeMutableRawBufferPointer(start: start + number * byteCount, count: byteCount)
        unsafe word.reverse()
      }
    }
  }

  private static func swapWords<Word: FixedWidthInteger & BitwiseCopyable>(
    _ start: UnsafeMutableRawPointer, _ count: Int, _: Word.Type
  ) {
    for number in 0..<count {
      let place = unsafe start + number * MemoryLayout<Word>.size
      unsafe place.storeBytes(of: place.loadUnaligned(as: Word.self).byteSwapped, as: Word.self)
    }
  }
}
