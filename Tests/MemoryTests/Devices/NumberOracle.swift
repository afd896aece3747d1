import SeededRandom
import Strided

/// What becomes of two numbers of some type, which are given and told by their bits.
struct NumberOracle: Sendable {
  let dtype: DType
  /// Bytes of a number: of an element, or of one of its two parts.
  let byteCount: Int
  let combinations: [Combination]
  let isSigned: Bool
  /// Bits that are seldom met by chance.
  private let rare: [UInt64]
  private let combined: @Sendable (Combination, _ left: UInt64, _ right: UInt64, _ negative: Bool) -> UInt64
  private let changingSign: @Sendable (UInt64) -> UInt64
  private let isNoNumber: @Sendable (UInt64) -> Bool

  func callAsFunction(_ combination: Combination, _ left: UInt64, _ right: UInt64, negative: Bool) -> UInt64 {
    combined(combination, left, right, negative)
  }

  func negated(_ bits: UInt64) -> UInt64 { changingSign(bits) }

  func isNaN(_ bits: UInt64) -> Bool { isNoNumber(bits) }

  func random(_ chance: inout Chance) -> UInt64 {
    chance.happens(oneIn: 3) ? chance.one(of: rare) : UInt64.random(in: 0...(.max), using: &chance)
  }

  private init<Number: FixedWidthInteger & ArrayElement>(integers _: Number.Type) {
    dtype = Number.dtype
    byteCount = MemoryLayout<Number>.size
    combinations = Combination.allCases
    isSigned = Number.isSigned
    rare = [.min, .max, 0, 1, Number.max / 2].map { UInt64(truncatingIfNeeded: $0 as Number) }
    combined = { combination, left, right, negative in
      let left = Number(truncatingIfNeeded: left)
      let right = negative ? 0 &- Number(truncatingIfNeeded: right) : Number(truncatingIfNeeded: right)
      let result =
        switch combination {
        case .sum: left &+ right
        case .min: min(left, right)
        case .max: max(left, right)
        }
      return UInt64(truncatingIfNeeded: result)
    }
    changingSign = { UInt64(truncatingIfNeeded: 0 &- Number(truncatingIfNeeded: $0)) }
    isNoNumber = { _ in false }
  }

  private init<Number: BinaryFloatingPoint & Sendable>(
    floats _: Number.Type, _ dtype: DType, _ combinations: [Combination] = Combination.allCases,
    number: @escaping @Sendable (UInt64) -> Number, bits: @escaping @Sendable (Number) -> UInt64
  ) {
    self.dtype = dtype
    byteCount = MemoryLayout<Number>.size
    self.combinations = combinations
    isSigned = true
    let numbers: [Number] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
      -.leastNonzeroMagnitude, .leastNormalMagnitude, 0.1,
    ]
    rare = numbers.map(bits)
    combined = { combination, left, right, negative in
      let (left, right) = (number(left), negative ? -number(right) : number(right))
      if left.isNaN || right.isNaN { return bits(.nan) }
      return switch combination {
      case .sum: bits(left + right)
      case .min: bits(right < left ? right : left)
      case .max: bits(right > left ? right : left)
      }
    }
    changingSign = { bits(-number($0)) }
    isNoNumber = { number($0).isNaN }
  }

  /// All types that devices combine.
  static let all: [NumberOracle] =
    [
      NumberOracle(integers: Int8.self), NumberOracle(integers: Int16.self),
      NumberOracle(integers: Int32.self), NumberOracle(integers: Int64.self),
      NumberOracle(integers: UInt8.self), NumberOracle(integers: UInt16.self),
      NumberOracle(integers: UInt32.self), NumberOracle(integers: UInt64.self),
    ]
    + [
      float32(.float32, Combination.allCases), float64(.float64, Combination.allCases),
      float32(.complex64, [.sum]), float64(.complex128, [.sum]),
    ]

  private static func float32(_ dtype: DType, _ combinations: [Combination]) -> NumberOracle {
    NumberOracle(
      floats: Float.self, dtype, combinations,
      number: { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }, bits: { UInt64($0.bitPattern) })
  }

  private static func float64(_ dtype: DType, _ combinations: [Combination]) -> NumberOracle {
    NumberOracle(
      floats: Double.self, dtype, combinations, number: { Double(bitPattern: $0) }, bits: { $0.bitPattern })
  }
}
