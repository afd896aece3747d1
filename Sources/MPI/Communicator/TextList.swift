/// Texts as they travel between ranks, each behind the number of its bytes.
package struct TextList {
  package private(set) var texts: [String]

  package init(_ texts: [String]) {
    self.texts = texts
  }

  /// The texts that ``encoded`` was made from.
  package init(decoding bytes: [UInt8]) {
    texts = []
    var rest = bytes[...]
    while rest.count >= 4 {
      let count = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      texts.append(String(decoding: rest.prefix(count), as: UTF8.self))
      rest = rest.dropFirst(count)
    }
  }

  package var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for text in texts {
      let utf8 = Array(text.utf8)
      for shift in stride(from: 0, to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: utf8.count >> shift))
      }
      bytes += utf8
    }
    return bytes
  }
}
