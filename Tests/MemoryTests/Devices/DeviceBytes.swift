import Memory
import Strided

extension DeviceMemory {
  /// Memory of a device that holds these bytes.
  static func holding(_ bytes: [UInt8], on device: Device) throws -> DeviceMemory {
    let allocation = try Allocation(byteCount: bytes.count, allocator: .device(device))
    let memory = try allocation.memoryOnDevice
    try device.queue.copy(bytes.span, to: memory)
    return memory
  }

  /// All bytes, as they are when what was begun with them is done.
  func bytes(_ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0x77, count: count)
    var span = bytes.mutableSpan
    try device.queue.copy(from: self, to: &span)
    return bytes
  }
}

struct NoMemoryOfADevice: Error {}

extension Allocation {
  var memoryOnDevice: DeviceMemory {
    get throws {
      guard let memory = deviceMemory else { throw NoMemoryOfADevice() }
      return memory
    }
  }
}

extension Layout {
  /// The byte offsets of all elements in logical order, one index after the other.
  var offsets: [Int] {
    guard !isEmpty else { return [] }
    var index = PerAxis(repeating: 0, count: rank)
    return (0..<count).map { _ in
      defer {
        for axis in (0..<rank).reversed() {
          index[axis] += 1
          if index[axis] < shape[axis] { break }
          index[axis] = 0
        }
      }
      return byteOffset(of: index)
    }
  }
}
