import Halo

/// A sum over hashes of all numbers and their places: equal only if every bit is, on however many ranks.
struct Checksum: CustomStringConvertible {
  private let sum: UInt64

  /// Of the pressure and the velocity; all ranks call it together.
  init(_ pressure: borrowing Field<Double, 3>, _ flow: borrowing Flow, over world: Communicator) throws {
    var own: UInt64 = 0
    let cells = pressure.owned
    Self.add(pressure, in: cells, number: 0, to: &own)
    // A face between two blocks is counted by the upper one.
    Self.add(flow.first, in: cells, number: 1, to: &own)
    Self.add(flow.second, in: cells, number: 2, to: &own)
    Self.add(flow.third, in: cells, number: 3, to: &own)
    sum = try world.allReduce(own, .sum)
  }

  private static func add(
    _ field: borrowing Field<Double, 3>, in cells: Box<3>, number: UInt64, to sum: inout UInt64
  ) {
    let origin = field.globalOrigin
    field.forEachRow(in: cells) { cell, row in
      let line = hash(hash(number ^ UInt64(origin[0] + cell[0])) ^ UInt64(origin[1] + cell[1]))
      for x in row.indices {
        sum &+= hash(hash(line ^ UInt64(origin[2] + cell[2] + x)) ^ row[x].bitPattern)
      }
    }
  }

  /// SplitMix64's last steps (Steele, Lea and Flood 2014).
  private static func hash(_ number: UInt64) -> UInt64 {
    var bits = number &+ 0x9e37_79b9_7f4a_7c15
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  /// 16 hexadecimal digits.
  var description: String {
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
