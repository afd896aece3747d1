/// Reads a format string from its first character to its last.
struct BufferFormatParser {
  private let text: String
  private let bytes: [UInt8]
  private var position = 0
  private var byteOrder = FormatByteOrder.native
  private var depth = 0

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  mutating func wholeFormat() throws(BufferFormatError) -> BufferFormat {
    let (members, size, alignment) = try membersUntil(nil)
    return BufferFormat(members: members, size: size, alignment: alignment)
  }

  // MARK: Members

  /// The members up to a closing brace, or to the end.
  private mutating func membersUntil(
    _ end: UInt8?
  ) throws(BufferFormatError) -> (members: [BufferFormat.Member], size: Int, alignment: Int) {
    var members: [BufferFormat.Member] = []
    var names: Set<String> = []
    var (size, alignment) = (0, 1)
    while true {
      skipSpaces()
      guard let next = peek() else {
        guard end == nil else { throw error(.missing("a '}'")) }
        return (members, size, alignment)
      }
      if next == end {
        position += 1
        return (members, size, alignment)
      }
      let start = position
      guard let prefix = try prefix(mayEnd: end == nil) else { return (members, size, alignment) }
      var parsed = try item(behind: prefix)
      if let name = try name() {
        guard names.insert(name).inserted else { throw error(.repeatedName(name), at: start) }
        parsed.name = name
      }
      let member = try place(parsed, at: size, start: start)
      size = try sum(member.offset, member.size, start)
      if parsed.byteOrder.isAligned { alignment = max(alignment, parsed.alignment) }
      members.append(member)
    }
  }

  /// Where a member begins, once what is in front is known.
  private func place(
    _ parsed: ParsedItem, at end: Int, start: Int
  ) throws(BufferFormatError) -> BufferFormat.Member {
    let offset = parsed.byteOrder.isAligned ? try roundedUp(end, to: parsed.alignment, start) : end
    _ = try product(parsed.itemSize, parsed.itemCount, start)
    return parsed.member(at: offset)
  }

  // MARK: One item

  /// What can be in front of an item.
  private struct Prefix {
    var shape: [Int]?
    var count: Int?
  }

  private struct ParsedItem {
    let item: BufferFormat.Item
    let byteOrder: FormatByteOrder
    let prefix: Prefix
    let itemSize: Int
    let itemCount: Int
    let alignment: Int
    var name: String?

    func member(at offset: Int) -> BufferFormat.Member {
      BufferFormat.Member(
        item: item, byteOrder: byteOrder, shape: prefix.shape, count: prefix.count, name: name,
        offset: offset, itemSize: itemSize, itemCount: itemCount)
    }
  }

  /// Shape, byte order and count; `nil` where nothing but byte orders is left.
  private mutating func prefix(mayEnd: Bool) throws(BufferFormatError) -> Prefix? {
    var prefix = Prefix()
    while let next = peek() {
      if let order = FormatByteOrder(rawValue: Character(Unicode.Scalar(next))) {
        byteOrder = order
        position += 1
      } else if next == UInt8(ascii: "("), prefix.shape == nil {
        prefix.shape = try subarrayShape()
      } else {
        break
      }
      skipSpaces()
    }
    let start = position
    prefix.count = try number()
    guard peek() == nil else { return prefix }
    if prefix.count != nil { throw error(.countWithoutItem, at: start) }
    guard mayEnd, prefix.shape == nil else { throw error(.missing("an item")) }
    return nil
  }

  private mutating func item(behind prefix: Prefix) throws(BufferFormatError) -> ParsedItem {
    let start = position
    guard let next = peek() else { throw error(.missing("an item")) }
    position += 1
    switch next {
    case UInt8(ascii: "T"):
      try expect("{")
      let structure = try nested(start) { (parser) throws(BufferFormatError) in try parser.structure() }
      return try parsed(.structure(structure), structure.size, structure.alignment, prefix, start)
    case UInt8(ascii: "&"):
      let target = try nested(start) { (parser) throws(BufferFormatError) in try parser.target() }
      return try parsed(.pointer(to: target), prefix, start)
    case UInt8(ascii: "X"):
      try expect("{")
      return try parsed(.function(signature: signature(start)), prefix, start)
    case UInt8(ascii: "Z"): return try complex(behind: prefix, start)
    case UInt8(ascii: "F"): return try complex(of: .float, behind: prefix, start)
    case UInt8(ascii: "D"): return try complex(of: .double, behind: prefix, start)
    default: return try scalar(next, behind: prefix, start)
    }
  }

  private mutating func nested<Result>(
    _ start: Int, _ body: (inout BufferFormatParser) throws(BufferFormatError) -> Result
  ) throws(BufferFormatError) -> Result {
    guard depth < BufferFormat.maximumDepth else {
      throw error(.tooDeep(limit: BufferFormat.maximumDepth), at: start)
    }
    depth += 1
    let result = try body(&self)
    depth -= 1
    return result
  }

  private mutating func structure() throws(BufferFormatError) -> BufferFormat {
    let (members, end, alignment) = try membersUntil(UInt8(ascii: "}"))
    let size = byteOrder.isAligned ? try roundedUp(end, to: alignment, position - 1) : end
    return BufferFormat(members: members, size: size, alignment: alignment)
  }

  private mutating func target() throws(BufferFormatError) -> BufferFormat.Member {
    skipSpaces()
    let start = position
    guard let prefix = try prefix(mayEnd: false) else { throw error(.missing("an item")) }
    return try place(item(behind: prefix), at: 0, start: start)
  }

  /// The text up to the brace that closes a function's signature.
  private mutating func signature(_ start: Int) throws(BufferFormatError) -> String {
    let first = position
    var open = 1
    while let next = peek() {
      position += 1
      if next == UInt8(ascii: "{") { open += 1 }
      if next == UInt8(ascii: "}") { open -= 1 }
      if open == 0 { return String(decoding: bytes[first..<(position - 1)], as: UTF8.self) }
    }
    throw error(.missing("a '}'"))
  }

  private mutating func complex(behind prefix: Prefix, _ start: Int) throws(BufferFormatError) -> ParsedItem {
    guard let next = peek(), next != UInt8(ascii: ":"), next != UInt8(ascii: "}"), !isSpace(next) else {
      return try parsed(.wideStringPointer, prefix, start)
    }
    guard let part = FormatScalar(rawValue: Character(Unicode.Scalar(next))), part.isFloatingPoint else {
      throw error(.complexWithoutNumber)
    }
    position += 1
    return try complex(of: part, behind: prefix, start)
  }

  private func complex(
    of part: FormatScalar, behind prefix: Prefix, _ start: Int
  ) throws(BufferFormatError) -> ParsedItem {
    guard let size = part.byteCount(in: byteOrder) else { throw error(.complexWithoutNumber) }
    return try parsed(.complex(part), 2 * size, size, prefix, start)
  }

  private func scalar(
    _ code: UInt8, behind prefix: Prefix, _ start: Int
  ) throws(BufferFormatError) -> ParsedItem {
    guard code < 128, let scalar = FormatScalar(rawValue: Character(Unicode.Scalar(code))) else {
      throw error(.unknownCharacter(character(at: start)), at: start)
    }
    guard let size = scalar.byteCount(in: byteOrder) else {
      throw error(.nativeSizesOnly(scalar.rawValue), at: start)
    }
    guard scalar.takesLength else { return try parsed(.scalar(scalar), size, size, prefix, start) }
    let length = prefix.count ?? 1
    let bytes = scalar == .bits ? length / 8 + (length % 8 == 0 ? 0 : 1) : length
    return try parsed(.scalar(scalar), bytes, 1, prefix, start, countIsLength: true)
  }

  /// An address.
  private func parsed(
    _ item: BufferFormat.Item, _ prefix: Prefix, _ start: Int
  ) throws(BufferFormatError) -> ParsedItem {
    try parsed(item, FormatScalar.addressBytes, FormatScalar.addressBytes, prefix, start)
  }

  private func parsed(
    _ item: BufferFormat.Item, _ size: Int, _ alignment: Int, _ prefix: Prefix, _ start: Int,
    countIsLength: Bool = false
  ) throws(BufferFormatError) -> ParsedItem {
    var count = countIsLength ? 1 : prefix.count ?? 1
    for extent in prefix.shape ?? [] { count = try product(count, extent, start) }
    return ParsedItem(
      item: item, byteOrder: byteOrder, prefix: prefix, itemSize: size, itemCount: count,
      alignment: alignment)
  }

  // MARK: Parts of an item

  /// `(2,3)`.
  private mutating func subarrayShape() throws(BufferFormatError) -> [Int] {
    position += 1
    var shape: [Int] = []
    while true {
      skipSpaces()
      guard let extent = try number() else { throw error(.missing("a number of items along an axis")) }
      guard shape.count < BufferFormat.maximumAxes else {
        throw error(.tooManyAxes(limit: BufferFormat.maximumAxes))
      }
      shape.append(extent)
      skipSpaces()
      let separator = peek()
      guard separator == UInt8(ascii: ",") || separator == UInt8(ascii: ")") else {
        throw error(.missing("',' or ')'"))
      }
      position += 1
      if separator == UInt8(ascii: ")") { return shape }
    }
  }

  /// `:name:`.
  private mutating func name() throws(BufferFormatError) -> String? {
    skipSpaces()
    guard peek() == UInt8(ascii: ":") else { return nil }
    position += 1
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: ":")) else {
      throw error(.missing("a ':' behind the name"))
    }
    defer { position = end + 1 }
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }

  private mutating func number() throws(BufferFormatError) -> Int? {
    let start = position
    var value = 0
    while let next = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) {
      value = try sum(product(value, 10, start), Int(next - UInt8(ascii: "0")), start)
      position += 1
    }
    return position == start ? nil : value
  }

  // MARK: Characters

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func expect(_ character: Character) throws(BufferFormatError) {
    guard let next = peek(), Character(Unicode.Scalar(next)) == character else {
      throw error(.missing("a '\(character)'"))
    }
    position += 1
  }

  private mutating func skipSpaces() {
    while let next = peek(), isSpace(next) { position += 1 }
  }

  /// What C's `isspace` takes for a space, as Python does.
  private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  /// The whole character that begins at a byte.
  private func character(at position: Int) -> Character {
    String(decoding: bytes[position...].prefix(4), as: UTF8.self).first ?? "\u{FFFD}"
  }

  // MARK: Numbers that cannot be counted

  private func product(_ one: Int, _ other: Int, _ start: Int) throws(BufferFormatError) -> Int {
    let (product, overflow) = one.multipliedReportingOverflow(by: other)
    guard !overflow else { throw error(.tooLarge, at: start) }
    return product
  }

  private func sum(_ one: Int, _ other: Int, _ start: Int) throws(BufferFormatError) -> Int {
    let (sum, overflow) = one.addingReportingOverflow(other)
    guard !overflow else { throw error(.tooLarge, at: start) }
    return sum
  }

  private func roundedUp(_ size: Int, to alignment: Int, _ start: Int) throws(BufferFormatError) -> Int {
    try sum(size, alignment - 1, start) / alignment * alignment
  }

  private func error(_ reason: BufferFormatError.Reason, at place: Int? = nil) -> BufferFormatError {
    BufferFormatError(format: text, position: place ?? position, reason: reason)
  }
}
