public import Halo

/// A sum over hashes of all numbers and their places: equal only if every bit is, on however many ranks.
///
/// ```swift
/// var checksum = Checksum()
/// checksum.add(height, in: height.owned)
/// print("checksum", try checksum.text(over: world))
/// ```
public struct Checksum {
  private var sum: UInt64 = 0
  private var fieldCount: UInt64 = 0

  /// Of no number yet.
  public init() {}

  /// Adds a field's numbers in some of this rank's cells; no cell may be another rank's too.
  public mutating func add(_ field: borrowing Field<Double, 3>, in cells: Box<3>) {
    let origin = field.globalOrigin, number = fieldCount
    var sum = sum
    field.forEachRow(in: cells) { cell, row in
      let line = Self.hash(
        Self.hash(number ^ UInt64(origin[0] + cell[0])) ^ UInt64(origin[1] + cell[1]))
      for x in row.indices {
        sum &+= Self.hash(Self.hash(line ^ UInt64(origin[2] + cell[2] + x)) ^ row[x].bitPattern)
      }
    }
    self.sum = sum
    fieldCount += 1
  }

  /// 16 hexadecimal digits, the same on all ranks, which call it together.
  public func text(over world: Communicator) throws -> String {
    Self.digits(of: try world.allReduce(sum, .sum))
  }

  /// FNV-1a over the bytes of all numbers of some lists, which one rank has: 16 hexadecimal digits.
  public static func text(of lists: [Double]...) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for list in lists {
      for value in list {
        for byte in 0..<8 { hash = (hash ^ (value.bitPattern >> UInt64(8 * byte) & 0xff)) &* 0x100_0000_01b3 }
      }
    }
    return digits(of: hash)
  }

  private static func digits(of number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// SplitMix64's last steps (Steele, Lea and Flood 2014).
  private static func hash(_ number: UInt64) -> UInt64 {
    var bits = number &+ 0x9e37_79b9_7f4a_7c15
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }
}
