/// Random cases of a test that can be had again: the seed is printed, and `HALO_TEST_SEED` sets it.
public struct Chance: RandomNumberGenerator {
  /// The seed of all cases, printed when it is first asked for.
  public static let seed: UInt64 = {
    print("HALO_TEST_SEED=\(SeededGenerator.seed)")
    return SeededGenerator.seed
  }()

  private var generator: SeededGenerator

  /// The numbers of one case of one test, the same for the same seed.
  public init(test: StaticString = #function, case number: Int) {
    var state = Chance.seed
    for byte in test.description.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    // Through the generator once, or neighbouring cases would draw the same numbers one step apart.
    generator = SeededGenerator(state: state &+ UInt64(number) &* 0xD134_2543_DE82_EF95)
    generator = SeededGenerator(state: generator.next())
  }

  /// The numbers of one case of a seed that several ranks share.
  public init(seed: UInt64, case number: Int) {
    generator = SeededGenerator(state: seed &+ UInt64(number) &* 0xD134_2543_DE82_EF95)
    generator = SeededGenerator(state: generator.next())
  }

  /// The next number.
  public mutating func next() -> UInt64 { generator.next() }

  /// A number of a range.
  public mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// Whether something happens that happens once in so many times.
  public mutating func happens(oneIn times: Int) -> Bool { number(in: 1...times) == 1 }

  /// One of some values.
  public mutating func one<Value>(of values: [Value]) -> Value { values[number(in: 0...(values.count - 1))] }

  /// So many bytes.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    unsafe bytes.withUnsafeMutableBytes { buffer in
      // Eight at a time: without optimisation, numbers take longer than all that is tested with them.
      for start in stride(from: 0, to: count, by: 8) {
        let number = next()
        let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[start..<min(start + 8, count)])
        unsafe withUnsafeBytes(of: number) { unsafe part.copyBytes(from: $0.prefix(part.count)) }
      }
    }
    return bytes
  }
}
