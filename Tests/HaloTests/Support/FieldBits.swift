import Halo
import SeededRandom

extension Field where Element: BinaryFloatingPoint, Element.RawSignificand: FixedWidthInteger {
  /// Gives every cell, inside and halo, numbers that differ from each other in all their bits.
  mutating func fillAtRandom(_ generator: inout SeededGenerator) {
    forEachMutableRow(in: allocated) { _, row in
      for x in row.indices { row[x] = Element.random(in: -1...1, using: &generator) }
    }
  }

  /// The bits of every cell, inside and halo.
  var bits: [UInt64] {
    var bits: [UInt64] = []
    forEachRow(in: allocated) { _, row in
      for x in row.indices { bits.append(Double(row[x]).bitPattern) }
    }
    return bits
  }
}

extension Field where Element: FixedWidthInteger {
  /// Gives every cell, inside and halo, numbers of all bits.
  mutating func fillAtRandom(_ generator: inout SeededGenerator) {
    forEachMutableRow(in: allocated) { _, row in
      for x in row.indices { row[x] = Element.random(in: .min ... .max, using: &generator) }
    }
  }

  /// The bits of every cell, inside and halo.
  var bits: [UInt64] {
    var bits: [UInt64] = []
    forEachRow(in: allocated) { _, row in
      for x in row.indices { bits.append(UInt64(truncatingIfNeeded: row[x])) }
    }
    return bits
  }
}
