import Synchronization

/// Memory of a device that other processes may open.
///
/// CUDA does not define what becomes of memory that is freed while another process has it open, and nobody knows when
/// one closes it: so memory that was offered is never freed, but used again by whoever next needs so much.
package final class ExportableMemory {
  // A driver shares whole blocks of so many bytes, whatever else lies in them; some refuse less.
  private static let blockBytes = 2 << 20

  /// The memory, which holds anything.
  package let memory: DeviceMemory
  private var isOffered = false

  /// - Throws: ``DeviceError``: the device has not so much memory.
  package init(byteCount: Int, on device: Device) throws(DeviceError) {
    let known = device.offeredMemories.withLock { memories -> DeviceMemory? in
      // Of several as large, the last that was used.
      let place = memories.indices.reversed().filter { memories[$0].byteCount >= byteCount }
        .min { memories[$0].byteCount < memories[$1].byteCount }
      return place.map { memories.remove(at: $0) }
    }
    isOffered = known != nil
    memory =
      if let known { known } else {
        try DeviceMemory.allocate(byteCount: byteCount.rounded(upToMultipleOf: Self.blockBytes), on: device)
      }
  }

  /// What other processes need to reach the memory; `nil` where the driver has no such thing.
  package var handle: DeviceMemoryHandle? {
    guard let handle = memory.handleForOtherProcesses else { return nil }
    isOffered = true
    return handle
  }

  deinit {
    guard isOffered else { return }
    let memory = memory
    memory.device.offeredMemories.withLock { $0.append(memory) }
  }
}
