import Halo

/// Packing and unpacking of one pattern in a device's memory by this library and, as many bytes of it, by the device's
/// own copy.
///
/// A launch packs the pattern out of several fields, so that it lasts longer than giving it to the device does, and
/// caches do not hold what the launch before has read. All repetitions of a sample are given to one queue, which is then
/// waited for.
final class DeviceCopyBenchmark {
  private typealias Bytes = DeviceArray<UInt8>

  private let name: String
  private let pattern: CopyPattern
  private let queue: DeviceQueue
  private let fields: FieldsOnDevice
  private let packed: Bytes
  private let contiguous: Bytes
  /// Each part of all fields and its place among the packed bytes.
  private let packs: [(part: DeviceArray<UInt8>, packed: DeviceArray<UInt8>)]
  private let unpacks: [(part: DeviceArray<UInt8>, packed: DeviceArray<UInt8>)]

  init(_ pattern: CopyPattern, _ name: String, on device: Device) throws {
    self.name = name
    self.pattern = pattern
    let queue = try DeviceQueue(on: device)
    let fields = try FieldsOnDevice(of: pattern, on: queue)
    let packed = try Bytes(shape: [fields.count * pattern.byteCount], queue: queue)
    contiguous = try Bytes(shape: [fields.count * pattern.byteCount], queue: queue)
    func pairs(_ parts: [Layout]) -> [(part: Bytes, packed: Bytes)] {
      var start = 0
      return parts.map { part in
        let part = fields.part(part)
        defer { start += part.count }
        return (part, Bytes(packed.memory, at: start, shape: part.shape, queue: queue))
      }
    }
    packs = pairs(pattern.packed)
    unpacks = pairs(pattern.unpacked)
    (self.queue, self.fields, self.packed) = (queue, fields, packed)
  }

  /// The figures of packing and of unpacking, once both are known to be right.
  func figures(_ measurement: Measurement) throws -> [CopyFigures] {
    try checkPacking()
    try checkUnpacking()
    let operations: [(String, touched: Int, contestants: [Contestant])] = [
      (
        "pack", pattern.touchedBytes,
        [finished(pack), finished { try self.copy(from: self.contiguous, to: self.packed) }]
      ),
      (
        "unpack", pattern.touchedBytesUnpacked,
        [finished(unpack), finished { try self.copy(from: self.packed, to: self.contiguous) }]
      ),
    ]
    return try operations.map { operation, touched, contestants in
      CopyFigures(
        layout: name, operation: operation, bytes: pattern.byteCount,
        seconds: try measurement.run(contestants).map { $0.scaled(by: 1 / Double(fields.count)) },
        touched: touched)
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
    try queue.copy(byteCount: source.count, from: source.memory, to: target.memory)
  }
}

// MARK: - Whether it is right

// The kernel takes each field's bytes by the same strides: the last field tells whether all are right, without bringing
// gigabytes to the processor.
extension DeviceCopyBenchmark {
  /// Compares every byte that is packed of the last field with a loop over elements.
  private func checkPacking() throws {
    let from = Self.numbers(pattern.memoryBytes, seed: 1)
    try fields.last.assign(from: StridedView(from.span, shape: [from.count]))
    try pack()
    for (pair, layout) in zip(packs, pattern.packed) {
      let found = try values(of: pair.packed[fields.count - 1])
      var next = 0
      var isRight = true
      layout.inBytes.forEachElement { place in
        isRight = isRight && found[next] == from[place]
        next += 1
      }
      guard isRight else { throw wrong("packing") }
    }
  }

  /// Compares every byte of the last field with a loop over elements.
  private func checkUnpacking() throws {
    var expected = Self.numbers(pattern.memoryBytes, seed: 2)
    try fields.last.assign(from: StridedView(expected.span, shape: [expected.count]))
    for (pair, layout) in zip(unpacks, pattern.unpacked) {
      let from = Self.numbers(layout.byteCount, seed: 3)
      let part = pair.packed[fields.count - 1]
      try part.assign(from: StridedView(from.span, shape: part.shape))
      var next = 0
      layout.inBytes.forEachElement { place in
        expected[place] = from[next]
        next += 1
      }
    }
    try unpack()
    guard try values(of: fields.last) == expected else { throw wrong("unpacking") }
  }

  private func values(of array: DeviceArray<UInt8>) throws -> [UInt8] {
    var values = [UInt8](repeating: 0, count: array.count)
    var view = MutableStridedView(values.mutableSpan, shape: array.shape)
    try array.assign(to: &view)
    return values
  }

  private func wrong(_ operation: String) -> Failure {
    Failure("\(name): \(operation) does not copy what an element loop copies; nothing was measured")
  }

  private static func numbers(_ count: Int, seed: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &+ seed) &* 167 ^ ($0 >> 8)) }
  }
}
