/// The way from a chunk in memory to the bytes of its file: which axis is fastest, the order of bytes, and what is done
/// to the bytes then.
struct Codecs: Equatable, Sendable {
  /// What is done to bytes.
  enum Step: Equatable, Sendable {
    case crc32c
    case gzip(level: Int)
    case zstd(level: Int, checksum: Bool)

    var isChecksum: Bool { self == .crc32c }
  }

  /// The axes of a chunk in the order in which they are stored, slowest first.
  var order: [Int]
  /// Whether numbers have their highest byte first.
  var isBigEndian = false
  /// In the order of writing.
  var steps: [Step]
  private var namesEndian: Bool

  /// - Parameters:
  ///   - type: The type of the elements.
  ///   - order: The axes in the order in which they are stored.
  ///   - steps: What is done to the bytes.
  init(type: ZarrType, order: [Int], steps: [Step]) {
    (self.order, self.steps, namesEndian) = (order, steps, type.numberSize > 1)
  }

  /// The bytes of a file, if that is known without looking: those of the chunk and of each checksum.
  func fileByteCount(chunkByteCount: Int) -> Int? {
    steps.allSatisfy(\.isChecksum) ? chunkByteCount + 4 * steps.count : nil
  }
}

// MARK: - As a member of the document

extension Codecs {
  var json: JSONValue {
    var list: [JSONValue] = []
    if order != Array(order.indices) {
      list.append(
        ["name": "transpose", "configuration": ["order": .array(order.map { .integer($0) })]])
    }
    list.append(
      namesEndian
        ? ["name": "bytes", "configuration": ["endian": isBigEndian ? "big" : "little"]] : ["name": "bytes"])
    for step in steps {
      switch step {
      case .crc32c: list.append(["name": "crc32c"])
      case .gzip(let level): list.append(["name": "gzip", "configuration": ["level": .integer(level)]])
      case .zstd(let level, let checksum):
        list.append(
          ["name": "zstd", "configuration": ["level": .integer(level), "checksum": .bool(checksum)]])
      }
    }
    return .array(list)
  }

  init(_ json: JSONValue, type: ZarrType, axes: Int) throws(Problem) {
    guard let list = json.array, list.count <= 16 else {
      throw Problem(.invalidMetadata, "codecs must be an array of up to 16")
    }
    order = Array(0..<axes)
    steps = []
    namesEndian = type.numberSize > 1
    var hasBytes = false
    for codec in list {
      let (name, options) = try Extension.parts(
        of: codec, "the codec", mayKnow: ["order", "endian", "level", "checksum"])
      switch (name, hasBytes) {
      case ("transpose", false): try transpose(options["order"])
      case ("bytes", false):
        hasBytes = true
        try readEndian(options["endian"])
      case ("crc32c", true): steps.append(.crc32c)
      case ("gzip", true): steps.append(.gzip(level: try Self.level(options["level"], "gzip", in: 0...9)))
      case ("zstd", true):
        let level = try Self.level(options["level"], "zstd", in: -131072...22)
        steps.append(.zstd(level: level, checksum: options["checksum"] == .bool(true)))
      case ("transpose", true), ("bytes", true), ("crc32c", false), ("gzip", false), ("zstd", false):
        throw Problem(.invalidMetadata, "the codec \"\(name)\" is at the wrong place of the list")
      default:
        throw Problem(
          .unsupported, "the codec \"\(name)\"; known are transpose, bytes, crc32c, gzip and zstd")
      }
    }
    guard hasBytes else { throw Problem(.invalidMetadata, "codecs without one that makes bytes of an array") }
  }

  private mutating func readEndian(_ json: JSONValue?) throws(Problem) {
    switch json {
    case "little"?: isBigEndian = false
    case "big"?: isBigEndian = true
    case nil where !namesEndian: isBigEndian = false
    default: throw Problem(.invalidMetadata, "the codec \"bytes\" must have the endian \"little\" or \"big\"")
    }
  }

  private mutating func transpose(_ json: JSONValue?) throws(Problem) {
    let numbers = json?.array?.compactMap(\.integer) ?? []
    guard numbers.sorted() == Array(order.indices) else {
      throw Problem(.invalidMetadata, "the order of the codec \"transpose\" must hold each axis once")
    }
    order = numbers.map { order[$0] }
  }

  private static func level(
    _ json: JSONValue?, _ name: String, in levels: ClosedRange<Int>
  ) throws(Problem) -> Int {
    guard let json else { return name == "gzip" ? 5 : 0 }
    guard let level = json.integer, levels.contains(level) else {
      throw Problem(.invalidMetadata, "the level of the codec \"\(name)\" must be in \(levels)")
    }
    return level
  }
}
