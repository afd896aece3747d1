/// How long messages to one rank of one communicator take, by a seed: differs from peer to peer and from message to
/// message.
struct DeliverySchedule: Sendable {
  private let seed: UInt64

  init(seed: UInt64, communicator: UInt64, rank: Int) {
    self.seed = DeliverySchedule.mix(DeliverySchedule.mix(seed, communicator), UInt64(rank))
  }

  /// How long message `number` of a rank is under way, in nanoseconds.
  func delay(of number: UInt64, from source: Int) -> Int64 {
    let distance = draw(0, 0, source) % 150_000
    let jitter = draw(1, number, source) % 100_000
    return Int64(distance + jitter)
  }

  /// Whether message `number` of a rank, if it is short, is copied so that its send ends at once.
  func copies(_ number: UInt64, from source: Int) -> Bool { draw(2, number, source) % 2 == 0 }

  private func draw(_ what: UInt64, _ number: UInt64, _ source: Int) -> UInt64 {
    DeliverySchedule.mix(DeliverySchedule.mix(seed &+ what, UInt64(source)), number)
  }

  /// SplitMix64 (Steele, Lea and Flood 2014).
  private static func mix(_ state: UInt64, _ number: UInt64) -> UInt64 {
    var z = (state ^ number &* 0xd1b5_4a32_d192_ed03) &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
