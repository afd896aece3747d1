extension Timer {
  /// The figures of this timer as bytes, for gathering those of all ranks into a ``TimingReport``.
  ///
  /// One version byte, then for every clock in use: the length of its name, the name in UTF-8, hits, nanoseconds and
  /// bytes. Numbers are LEB128 (seven bits a byte, lowest first), so that ranks of any byte order agree.
  ///
  /// - Complexity: O(*n*) in the number of clocks.
  public func encoded() -> [UInt8] {
    var bytes = [RankFigures.version]
    for (name, clock) in state.used {
      let utf8 = name.utf8
      bytes.append(number: UInt64(utf8.count))
      bytes.append(contentsOf: utf8)
      bytes.append(number: UInt64(clock.hits))
      bytes.append(number: clock.nanoseconds)
      bytes.append(number: UInt64(clock.bytes))
    }
    return bytes
  }
}

extension [UInt8] {
  fileprivate mutating func append(number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}

/// The figures of one rank, as ``Timer/encoded()`` writes them.
struct RankFigures {
  static let version: UInt8 = 1

  struct Clock {
    var hits: Int
    var nanoseconds: UInt64
    var bytes: Int
  }

  var clocks: [String: Clock] = [:]

  /// Reads what ``Timer/encoded()`` wrote on `rank`.
  ///
  /// Trusts nothing: lengths are held against the bytes that are there, names against UTF-8 and against each other.
  init(decoding bytes: [UInt8], rank: Int) throws(TimerError) {
    var reader = Reader(bytes: bytes, rank: rank)
    guard let version = bytes.first else { throw reader.malformed("there are no bytes") }
    guard version == RankFigures.version else {
      throw reader.malformed("expected version \(RankFigures.version), found \(version)")
    }
    reader.position = 1
    while reader.position < bytes.count {
      let name = try reader.name()
      let hits = try reader.integer()
      let nanoseconds = try reader.number()
      let clock = Clock(hits: hits, nanoseconds: nanoseconds, bytes: try reader.integer())
      guard clocks.updateValue(clock, forKey: name) == nil else {
        throw reader.malformed("clock \"\(name)\" is there twice")
      }
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    let rank: Int
    var position = 0

    func malformed(_ problem: String) -> TimerError {
      .malformedFigures(rank: rank, problem: problem)
    }

    mutating func number() throws(TimerError) -> UInt64 {
      let start = position
      var result: UInt64 = 0
      var shift: UInt64 = 0
      while position < bytes.count {
        let byte = bytes[position]
        position += 1
        let digit = UInt64(byte & 0x7f)
        guard shift < 64, (digit << shift) >> shift == digit else {
          throw malformed("the number at byte \(start) of \(bytes.count) has more than 64 bits")
        }
        result |= digit << shift
        if byte < 0x80 { return result }
        shift += 7
      }
      throw malformed("cut off inside the number at byte \(start) of \(bytes.count)")
    }

    mutating func integer() throws(TimerError) -> Int {
      let start = position
      guard let result = Int(exactly: try number()) else {
        throw malformed("the number at byte \(start) of \(bytes.count) has more than 63 bits")
      }
      return result
    }

    mutating func name() throws(TimerError) -> String {
      let start = position
      let length = try integer()
      guard length <= bytes.count - position else {
        throw malformed("cut off inside the name at byte \(start) of \(bytes.count)")
      }
      guard let name = String(validating: bytes[position..<position + length], as: UTF8.self) else {
        throw malformed("the name at byte \(start) of \(bytes.count) is not UTF-8")
      }
      position += length
      return name
    }
  }
}
