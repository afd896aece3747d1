import Glibc

/// Random numbers that can be had again: the seed is printed, and `HALO_TEST_SEED` sets it.
struct Chance: RandomNumberGenerator {
  static let seed: UInt64 = {
    let chosen = unsafe getenv("HALO_TEST_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
    let seed = chosen ?? UInt64.random(in: 0..<1_000_000_000)
    print("CAcceleratorsTests: HALO_TEST_SEED=\(seed)")
    return seed
  }()

  private var state: UInt64

  /// The numbers of one case, the same for the same seed.
  init(case number: Int) {
    state = Chance.seed &+ UInt64(number) &* 0xD134_2543_DE82_EF95
    state = next()
  }

  /// SplitMix64, as published by Steele, Lea and Flood.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
  mutating func happens(oneIn times: Int) -> Bool { number(in: 1...times) == 1 }

  /// Bytes, a multiple of 8 of them.
  mutating func bytes(_ count: Int) -> [UInt8] {
    let numbers = (0..<count / 8).map { _ in next() }
    return unsafe numbers.withUnsafeBytes { unsafe Array($0) }
  }
}
