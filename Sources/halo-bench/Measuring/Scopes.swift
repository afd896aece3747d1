import Halo

/// Send and receive scopes around slabs of 1 KiB, with bodies that do next to nothing.
final class Scopes {
  /// The bytes of a slab.
  static let slabBytes = 1024

  private var field: Field<Double, 3>
  private let cache = BufferCache()
  private var sum = 0.0

  // 8 × 8 runs of the 2 cells next to an edge of the fastest axis, and as many cells of one row.
  private static let sent = Box<3>(lower: [0, 0, 126], upper: [8, 8, 128])
  private static let received = Box<3>(lower: [0, 0, -2], upper: [8, 8, 0])
  private static let row = Box<3>(lower: [4, 4, 0], upper: [5, 5, 128])

  init() throws {
    field = try Field([8, 8, 128], halo: 2, repeating: 1)
  }

  func sendStrided(_ repetitions: Int) throws { try send(Self.sent, repetitions) }

  func receiveStrided(_ repetitions: Int) throws { try receive(Self.received, repetitions) }

  func sendContiguous(_ repetitions: Int) throws { try send(Self.row, repetitions) }

  func receiveContiguous(_ repetitions: Int) throws { try receive(Self.row, repetitions) }

  private func send(_ box: Box<3>, _ repetitions: Int) throws {
    sum += try Self.send(field, box, cache, repetitions)
  }

  private func receive(_ box: Box<3>, _ repetitions: Int) throws {
    try Self.receive(&field, box, cache, repetitions)
  }

  private static func send(
    _ field: borrowing Field<Double, 3>, _ box: Box<3>, _ cache: BufferCache, _ repetitions: Int
  ) throws -> Double {
    let slab = field.strided(box)
    var sum = 0.0
    for _ in 0..<repetitions {
      sum += try withSendBuffer(slab, cache: cache) { $0[0] }
    }
    return sum
  }

  private static func receive(
    _ field: inout Field<Double, 3>, _ box: Box<3>, _ cache: BufferCache, _ repetitions: Int
  ) throws {
    var slab = field.mutableStrided(box)
    for repetition in 0..<repetitions {
      try withReceiveBuffer(&slab, cache: cache) { $0[0] = Double(repetition) }
    }
  }
}
