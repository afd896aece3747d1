internal import Glibc
import Synchronization

/// Memory of a device, or pinned for one.
final class DeviceAllocator: MemoryAllocator {
  let space: MemorySpace
  let device: Device
  let name: String

  /// - Parameter isPinned: Whether the memory is the process's.
  init(_ device: Device, isPinned: Bool) {
    self.device = device
    space = isPinned ? .pinned(device) : .device(device)
    name = isPinned ? "pinned for \(device)" : device.description
  }

  var mayBeGivenBackInTransfer: Bool { true }

  func allocate(byteCount: Int, alignment: Int) throws(AllocationError) -> UnsafeMutableRawPointer {
    try checkRequest(byteCount: byteCount, alignment: alignment)
    guard alignment <= device.driver.alignment else {
      throw AllocationError(allocator: name, byteCount: byteCount, reason: .unsupportedAlignment(alignment))
    }
    let memory: DeviceMemory
    do {
      memory = try zeroedMemory(byteCount)
    } catch {
      throw AllocationError(allocator: name, byteCount: byteCount, reason: .device(error))
    }
    guard let base = unsafe UnsafeMutableRawPointer(bitPattern: memory.address) else {
      throw AllocationError(allocator: name, byteCount: byteCount, reason: .refused("it gave address 0"))
    }
    device.memories.withLock { $0[memory.address] = memory }
    return unsafe base
  }

  private func zeroedMemory(_ byteCount: Int) throws(DeviceError) -> DeviceMemory {
    guard space.isReachableByProcessor else {
      let memory = try DeviceMemory.allocate(byteCount: byteCount, on: device)
      try device.queue.fill(memory, byteCount: memory.byteCount, with: 0)
      return memory
    }
    let memory: DeviceMemory
    do {
      memory = try DeviceMemory.allocatePinned(byteCount: byteCount, for: device)
    } catch {
      memory = try PageableMemory.allocate(byteCount: byteCount, for: device, after: error)
    }
    if let base = unsafe UnsafeMutableRawPointer(bitPattern: memory.address) {
      unsafe memset(base, 0, memory.byteCount)
    }
    return memory
  }

  // Its last owner frees the memory, when its transfers are done.
  func deallocate(_ base: UnsafeMutableRawPointer, byteCount: Int, alignment: Int) {
    let address = UInt(bitPattern: base)
    let memory = device.memories.withLock { $0.removeValue(forKey: address) }
    guard memory != nil else {
      fatalError("Memory of \(byteCount) bytes was given back that allocator \"\(name)\" did not give.")
    }
  }

  func isInterchangeable(with other: any MemoryAllocator) -> Bool {
    (other as? DeviceAllocator)?.space == space
  }

  func deviceMemory(at base: UnsafeMutableRawPointer) -> DeviceMemory? {
    let address = UInt(bitPattern: base)
    return device.memories.withLock { $0[address] }
  }

  func finalizeTransfers(of base: UnsafeMutableRawPointer, byteCount: Int) throws(TransferError) {
    guard let memory = unsafe deviceMemory(at: base) else { return }
    do {
      try memory.finalize()
    } catch {
      throw TransferError(allocator: name, deviceError: error)
    }
  }
}
