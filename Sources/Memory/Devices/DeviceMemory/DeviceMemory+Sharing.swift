import Synchronization

/// What another process of the machine needs to reach a device's memory.
package struct DeviceMemoryHandle: Hashable, Sendable {
  /// How many numbers a handle is.
  package static let wordCount = 8

  /// As many zeros.
  package static let noWords = Array(repeating: 0, count: wordCount)

  /// The handle as numbers.
  package let words: [Int]

  /// The handle that was given as numbers; traps unless there are so many.
  package init(words: some Sequence<Int>) {
    self.words = Array(words)
    guard self.words.count == Self.wordCount else {
      fatalError("Memory: a handle of \(self.words.count) numbers, not \(Self.wordCount)")
    }
  }
}

extension DeviceMemory {
  /// What other processes need to reach this memory, which must outlive their use of it; `nil` where the driver has no
  /// such thing.
  var handleForOtherProcesses: DeviceMemoryHandle? {
    guard case .device = space, let driver = device.driver as? GPUDeviceDriver else { return nil }
    return try? driver.handle(ofMemoryAt: address)
  }

  /// Memory that another process has allocated on a device of this machine which the given one reaches, perhaps itself.
  ///
  /// Opened again while it is open, it is the same.
  ///
  /// - Throws: ``DeviceError``: a driver that has no such thing, or devices that do not reach each other.
  package static func opening(
    _ handle: DeviceMemoryHandle, byteCount: Int, on device: Device
  ) throws(DeviceError) -> DeviceMemory {
    guard let driver = device.driver as? GPUDeviceDriver else {
      throw DeviceError(
        device: device.description,
        reason: .mismatch("memory of another process", expected: "CUDA or HIP", found: "\(device.interface)"))
    }
    return try device.openedMemories.withLock { opened throws(DeviceError) in
      if let known = opened[handle]?.memory { return known }
      let address = try driver.open(handle)
      let memory = DeviceMemory(
        DriverMemory(handle: DriverHandle(bits: address), address: address), byteCount: byteCount,
        space: .device(device), of: device, owner: .otherProcess)
      opened = opened.filter { $0.value.memory != nil }
      opened[handle] = OpenedMemory(memory: memory)
      return memory
    }
  }
}

/// Memory of another process, as long as somebody uses it.
struct OpenedMemory {
  weak var memory: DeviceMemory?
}
