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
  public var deviceMemory: DeviceMemory? { unsafe allocator.implementation.deviceMemory(at: base) }
}
