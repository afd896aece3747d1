package import Strided

extension Allocation {
  /// Bytes of a device that the program allocated itself; nothing is allocated or freed.
  ///
  /// - Parameter memory: The adopted memory.
  public init(adopting memory: DeviceMemory) {
    guard let base = unsafe UnsafeMutableRawPointer(bitPattern: memory.address) else {
      fatalError("Memory: adopted memory at address 0")
    }
    unsafe self.init(
      unchecked: base, byteCount: memory.byteCount, alignment: 1,
      allocator: Allocator(AdoptedMemoryAllocator(memory)))
  }

  /// The memory as its device knows it; `nil` if it is of no device.
  package var deviceMemory: DeviceMemory? { unsafe allocator.implementation.deviceMemory(at: base) }

  /// The memory as its device knows it, to give to queues and kernels; `nil` if it is of no device.
  ///
  /// What is begun with pinned memory runs beside the processor: until it is finalized, no span of the allocation may be
  /// used, one that was taken before included. Memory of a device itself, which has no spans, is had without `unsafe`
  /// from a ``DeviceArray``.
  @unsafe
  public var unsafeDeviceMemory: DeviceMemory? { deviceMemory }

  /// Gives as many elements as fit whole one value, wherever the bytes lie; they have it when the call returns.
  ///
  /// - Throws: ``DeviceError``: what failed, where the memory is a device's.
  package func fill<Element: ArrayElement>(repeating element: Element) throws(DeviceError) {
    let count = byteCount / MemoryLayout<Element>.stride
    guard let memory = deviceMemory, !memory.space.isReachableByProcessor else {
      unsafe base.bindMemory(to: Element.self, capacity: count).initialize(repeating: element, count: count)
      return
    }
    let part = [Element](repeating: element, count: min(count, 1 << 16))
    let queue = try memory.device.queue
    var filled = 0
    while filled < count {
      let next = min(part.count, count - filled)
      try queue.copy(
        part.span.extracting(first: next), to: memory, at: filled * MemoryLayout<Element>.stride)
      filled += next
    }
  }
}
