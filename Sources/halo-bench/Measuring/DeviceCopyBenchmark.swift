import Halo

/// Packing and unpacking of one pattern in a device's memory by this library and, as many bytes of it, by the device's
/// own copy.
///
/// All repetitions of a sample are given to one queue, which is then waited for.
final class DeviceCopyBenchmark {
  private typealias Bytes = DeviceArray<UInt8>

  private let name: String
  private let pattern: CopyPattern
  private let queue: DeviceQueue
  private let memory: Bytes
  private let packed: Bytes
  private let contiguous: Bytes
  /// Each part of the memory and its place among the packed bytes.
  private let packs: [(part: DeviceArray<UInt8>, packed: DeviceArray<UInt8>)]
  private let unpacks: [(part: DeviceArray<UInt8>, packed: DeviceArray<UInt8>)]

  init(_ pattern: CopyPattern, _ name: String, on device: Device) throws {
    self.name = name
    self.pattern = pattern
    let queue = try DeviceQueue(on: device)
    let memory = try Bytes(shape: [pattern.memoryBytes], queue: queue)
    let packed = try Bytes(shape: [pattern.byteCount], queue: queue)
    contiguous = try Bytes(shape: [pattern.byteCount], queue: queue)
    func pairs(_ parts: [Layout]) -> [(part: Bytes, packed: Bytes)] {
      var start = 0
      return parts.map { part in
        let bytes = part.inBytes
        defer { start += part.byteCount }
        return (
          Bytes(memory.memory, layout: bytes, queue: queue),
          Bytes(packed.memory, at: start, shape: bytes.shape, queue: queue)
        )
      }
    }
    packs = pairs(pattern.packed)
    unpacks = pairs(pattern.unpacked)
    (self.queue, self.memory, self.packed) = (queue, memory, packed)
  }

  /// The figures of packing and of unpacking, once both are known to be right.
  func figures(_ measurement: Measurement) throws -> [CopyFigures] {
    try check("packing", packs.map { ($0.packed, $0.part) }, from: memory, to: packed)
    try check("unpacking", unpacks.map { ($0.part, $0.packed) }, from: packed, to: memory)
    return try [
      ("pack", [finished(pack), finished { try self.copy(from: self.contiguous, to: self.packed) }]),
      ("unpack", [finished(unpack), finished { try self.copy(from: self.packed, to: self.contiguous) }]),
    ].map { (operation: String, contestants: [Contestant]) in
      CopyFigures(
        layout: name, operation: operation, bytes: pattern.byteCount,
        seconds: try measurement.run(contestants))
    }
  }

  private func finished(_ once: @escaping () throws -> Void) -> Contestant {
    Contestant { [queue] repetitions in
      for _ in 0..<repetitions { try once() }
      try queue.wait()
    }
  }

  private func pack() throws {
    for pair in packs { try pair.packed.assign(from: pair.part) }
  }

  private func unpack() throws {
    for pair in unpacks { try pair.part.assign(from: pair.packed) }
  }

  private func copy(from source: Bytes, to target: Bytes) throws {
    try queue.copy(byteCount: pattern.byteCount, from: source.memory, to: target.memory)
  }
}

// MARK: - Whether it is right

extension DeviceCopyBenchmark {
  /// Compares every byte that is written, and every other of the same memory, with a loop over elements.
  private func check(
    _ operation: String, _ copies: [(target: DeviceArray<UInt8>, source: DeviceArray<UInt8>)],
    from source: DeviceArray<UInt8>, to target: DeviceArray<UInt8>
  ) throws {
    let from = Self.numbers(source.count, seed: 1)
    var expected = Self.numbers(target.count, seed: 2)
    try source.assign(from: StridedView(from.span, shape: [from.count]))
    try target.assign(from: StridedView(expected.span, shape: [expected.count]))
    for copy in copies {
      var places: [Int] = []
      copy.target.layout.forEachElement { places.append($0) }
      var next = 0
      copy.source.layout.forEachElement { place in
        expected[places[next]] = from[place]
        next += 1
      }
      try copy.target.assign(from: copy.source)
    }
    let count = expected.count
    var found = [UInt8](repeating: 0, count: count)
    var view = MutableStridedView(found.mutableSpan, shape: [count])
    try target.assign(to: &view)
    guard found == expected else {
      throw Failure("\(name): \(operation) does not copy what an element loop copies; nothing was measured")
    }
  }

  private static func numbers(_ count: Int, seed: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &+ seed) &* 167 ^ ($0 >> 8)) }
  }
}

extension Layout {
  /// The same places, byte by byte.
  fileprivate var inBytes: Layout {
    Layout(
      shape: PerAxis(shape + [itemSize]), strides: PerAxis(strides + [1]), itemSize: 1, offset: offset)
  }
}
