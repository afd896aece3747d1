import Halo

/// The memory of a pattern several times over, in one allocation of a device.
struct FieldsOnDevice {
  /// How many fields there are.
  let count: Int
  private let memory: DeviceArray<UInt8>
  private let fieldBytes: Int
  private let strideBytes: Int

  // So many bytes read and so many written are more than the caches of a device hold: an H100's are of 50 MB.
  private static let payloadBytes = 64 << 20
  private static let mostFields = 64
  // As many as that takes of faces of 512^3 float64, each in a field of 1.1 GB, and more.
  private static let mostBytes = 16 << 30
  // As if each was allocated by itself.
  private static let alignment = 256

  /// As many fields as make a launch long, or as the device has memory for.
  init(of pattern: CopyPattern, on queue: DeviceQueue) throws {
    fieldBytes = pattern.memoryBytes
    strideBytes = (fieldBytes + Self.alignment - 1) / Self.alignment * Self.alignment
    var count = min(
      max(Self.payloadBytes / max(pattern.byteCount, 1), 1), Self.mostFields,
      max(Self.mostBytes / strideBytes, 1))
    while true {
      do throws(AllocationError) {
        let memory = try DeviceArray<UInt8>(shape: [count * strideBytes], queue: queue)
        // Room for what is packed, and for as much again that it is compared with.
        _ = try DeviceArray<UInt8>(shape: [2 * count * pattern.byteCount], queue: queue)
        self.memory = memory
        break
      } catch {
        guard count > 1 else { throw error }
        count /= 2
      }
    }
    self.count = count
  }

  /// The bytes of the same part of each field, one field after the other.
  func part(_ layout: Layout) -> DeviceArray<UInt8> {
    let bytes = layout.inBytes
    return DeviceArray(
      memory.memory,
      layout: Layout(
        shape: PerAxis([count] + bytes.shape), strides: PerAxis([strideBytes] + bytes.strides), itemSize: 1,
        offset: bytes.offset), queue: memory.queue)
  }

  /// The bytes of the last field.
  var last: DeviceArray<UInt8> {
    DeviceArray(
      memory.memory, at: (count - 1) * strideBytes, shape: [fieldBytes], queue: memory.queue)
  }
}

extension Layout {
  /// The same places, byte by byte.
  var inBytes: Layout {
    Layout(
      shape: PerAxis(shape + [itemSize]), strides: PerAxis(strides + [1]), itemSize: 1, offset: offset)
  }
}
