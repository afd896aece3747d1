import Halo

/// As many bytes as an update fills, copied by the device itself in one piece, on each rank.
final class DeviceCopy: ExchangeFloor {
  private let queue: DeviceQueue
  private let source, target: DeviceArray<UInt8>

  init(_ setup: ExchangeSetup, rank: Int, on device: Device) throws {
    let cells = BlockBoundary.all(of: setup, rank: rank).reduce(0) { $0 + $1.halo.count }
    // A block without a neighbour fills nothing, and no memory has less than a byte.
    let bytes = max(cells * setup.dtype.dtype.size * setup.fields, 1)
    queue = try DeviceQueue(on: device)
    source = try DeviceArray(shape: [bytes], queue: queue)
    target = try DeviceArray(shape: [bytes], queue: queue)
  }

  func run() throws {
    try queue.copy(byteCount: source.count, from: source.memory, to: target.memory)
    try queue.wait()
  }

  func check() throws {
    let bytes = (0..<source.count).map { UInt8(truncatingIfNeeded: $0 &* 167) }
    try source.assign(from: StridedView(bytes.span, shape: [bytes.count]))
    try run()
    var found = [UInt8](repeating: 0, count: source.count)
    var view = MutableStridedView(found.mutableSpan, shape: [bytes.count])
    try target.assign(to: &view)
    guard found == bytes else {
      throw Failure("the device does not copy what it is told to; nothing was measured")
    }
  }
}
