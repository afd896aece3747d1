internal import Glibc

/// The same numbers for the same state: SplitMix64.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  /// What `HALO_TEST_SEED` says, or a number of this run; whoever draws from it prints it.
  public static let seed: UInt64 = {
    let chosen = unsafe getenv("HALO_TEST_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
    return chosen ?? UInt64.random(in: 0..<1_000_000_000)
  }()

  private var state: UInt64

  /// The numbers that follow from a state.
  public init(state: UInt64) { self.state = state }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
