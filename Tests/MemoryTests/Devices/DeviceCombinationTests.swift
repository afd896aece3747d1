import DeviceTesting
import Memory
import SeededRandom
import Strided
import Testing

/// Numbers that a device combines against an oracle, every byte of every memory; and against the processor's bits.
@Suite(.serialized) struct DeviceCombinationTests {
  /// Random boxes between a number of memories, of all types and combinations; some are only copied.
  private struct Boxes {
    static let memoryBytes = 20_000
    private(set) var before: [[UInt8]]
    private(set) var after: [[UInt8]]
    private(set) var parts: [DeviceCopyList.Part] = []
    /// Numbers of which it is known only that they are none.
    private(set) var unknown: [(memory: Int, offset: Int, oracle: NumberOracle)] = []

    init(memories: Int, on device: Device, _ chance: inout Chance) {
      before = (0..<memories).map { _ in chance.bytes(Self.memoryBytes) }
      after = before
      var next = [Int](repeating: 0, count: memories)
      for oracle in NumberOracle.all {
        for combination in oracle.combinations {
          for negative in oracle.isSigned ? [false, true] : [false] {
            guard let combination = DeviceCombination(combination, of: oracle.dtype), device.has(combination)
            else { continue }
            add(combination, negative, oracle, &next, &chance)
          }
        }
      }
    }

    private mutating func add(
      _ combination: DeviceCombination, _ negative: Bool, _ oracle: NumberOracle, _ next: inout [Int],
      _ chance: inout Chance
    ) {
      let size = oracle.dtype.size
      let shape = PerAxis((0..<chance.number(in: 1...4)).map { _ in chance.number(in: 1...5) })
      guard let source = RandomBox(size, shape, within: Self.memoryBytes, &next, &chance),
        let target = RandomBox(size, shape, within: Self.memoryBytes, &next, &chance)
      else { return }
      let copies = chance.happens(oneIn: 8)
      let negation = negative ? DeviceNegation(of: oracle.dtype) : nil
      parts.append(
        DeviceCopyList.Part(
          StridedCopy(from: source.layout, to: target.layout), source: source.memory, at: source.offset,
          target: target.memory, at: target.offset, negation: negation,
          combination: copies ? nil : combination))
      for (from, to) in zip(source.layout.offsets, target.layout.offsets) {
        for part in stride(from: 0, to: size, by: oracle.byteCount) {
          let (from, to) = (source.offset + from + part, target.offset + to + part)
          let (left, right) = (oracle.random(&chance), oracle.random(&chance))
          before[source.memory].set(right, at: from, oracle.byteCount)
          after[source.memory].set(right, at: from, oracle.byteCount)
          before[target.memory].set(left, at: to, oracle.byteCount)
          let result =
            copies
            ? (negative ? oracle.negated(right) : right)
            : oracle(combination.combination, left, right, negative: negative)
          after[target.memory].set(result, at: to, oracle.byteCount)
          if !copies, oracle.isNaN(result) { unknown.append((target.memory, to, oracle)) }
        }
      }
    }

    /// The first byte that is not what it must be.
    func firstWrong(_ found: [[UInt8]]) -> String? {
      var found = found
      for (memory, offset, oracle) in unknown {
        guard oracle.isNaN(found[memory].bits(at: offset, oracle.byteCount)) else {
          return "a \(oracle.dtype) at byte \(offset) of memory \(memory) is a number"
        }
        let expected = after[memory].bits(at: offset, oracle.byteCount)
        found[memory].set(expected, at: offset, oracle.byteCount)
      }
      for (memory, bytes) in found.enumerated() {
        guard let first = bytes.indices.first(where: { bytes[$0] != after[memory][$0] }) else { continue }
        return "memory \(memory) differs first at byte \(first)"
      }
      return nil
    }
  }

  @Test(arguments: TestDevice.all, [2, 8, 11, 70]) func listsCombineLikeTheOracle(
    on which: TestDevice, memories count: Int
  ) throws {
    let device = try which.device
    for number in 0..<6 {
      var chance = Chance(case: number)
      let boxes = Boxes(memories: count, on: device, &chance)
      let list = try DeviceCopyList(boxes.parts, on: device)
      let memories = try boxes.before.map { try DeviceMemory.holding($0, on: device) }
      try device.queue.run(list, on: memories)
      let wrong = boxes.firstWrong(try memories.map { try $0.bytes(Boxes.memoryBytes) })
      #expect(wrong == nil, "seed \(Chance.seed), case \(number)")
    }
  }

  /// Also which not-a-number the lesser and the greater are.
  @Test(arguments: TestDevice.all) func bitsAreThoseOfTheProcessor(on which: TestDevice) throws {
    let device = try which.device
    for (number, oracle) in NumberOracle.all.enumerated() {
      var chance = Chance(case: number)
      let (count, size) = (300, oracle.dtype.size)
      let column = Layout(contiguous: [count, 2], itemSize: size)[.all, 1]
      var (source, target) = ([UInt8](), [UInt8]())
      for _ in 0..<(2 * count * size / oracle.byteCount) {
        source.append(oracle.random(&chance), oracle.byteCount)
        target.append(oracle.random(&chance), oracle.byteCount)
      }
      for combination in oracle.combinations {
        for negative in oracle.isSigned ? [false, true] : [false] {
          let onDevice = try #require(DeviceCombination(combination, of: oracle.dtype))
          guard device.has(onDevice) else { continue }
          let part = DeviceCopyList.Part(
            StridedCopy(from: column, to: column), source: 0, target: 1,
            negation: negative ? DeviceNegation(of: oracle.dtype) : nil, combination: onDevice)
          let memories = [
            try DeviceMemory.holding(source, on: device), try DeviceMemory.holding(target, on: device),
          ]
          try device.queue.run(try DeviceCopyList([part], on: device), on: memories)
          let found = try memories[1].bytes(target.count)

          let pass = try #require(
            StridedArithmetic(combination, from: column, to: column, of: oracle.dtype, negative: negative))
          var expected = target
          unsafe source.withUnsafeBytes { source in
            unsafe expected.withUnsafeMutableBytes { expected in
              guard let from = source.baseAddress, let to = expected.baseAddress else { return }
              unsafe pass.execute(from: from, to: to)
            }
          }
          let wrong = stride(from: 0, to: found.count, by: oracle.byteCount).first { offset in
            let (found, expected) = (
              found.bits(at: offset, oracle.byteCount), expected.bits(at: offset, oracle.byteCount)
            )
            return found != expected
              && !(combination == .sum && oracle.isNaN(found) && oracle.isNaN(expected))
          }
          #expect(
            wrong == nil, "seed \(Chance.seed), \(oracle.dtype) \(combination) negative: \(negative)")
        }
      }
    }
  }

  @Test func whatNoDeviceCombines() {
    #expect(DeviceCombination(.sum, of: .float16) == nil)
    #expect(DeviceCombination(.sum, of: .int128) == nil)
    #expect(DeviceCombination(.min, of: .complex128) == nil)
    #expect(DeviceCombination(.sum, of: .bool) == nil)
  }

  @Test func whatHasNoSign() {
    #expect(DeviceNegation(of: .uint32) == nil)
    #expect(DeviceNegation(of: .uint128) == nil)
    #expect(DeviceNegation(of: .bool) == nil)
  }
}

extension [UInt8] {
  /// A number's bits, the lowest byte first.
  fileprivate func bits(at offset: Int, _ byteCount: Int) -> UInt64 {
    (0..<byteCount).reduce(0) { $0 | UInt64(self[offset + $1]) << UInt64(8 * $1) }
  }

  fileprivate mutating func set(_ bits: UInt64, at offset: Int, _ byteCount: Int) {
    for byte in 0..<byteCount { self[offset + byte] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte)) }
  }

  fileprivate mutating func append(_ bits: UInt64, _ byteCount: Int) {
    for byte in 0..<byteCount { append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte))) }
  }
}
