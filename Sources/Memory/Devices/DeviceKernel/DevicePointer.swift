/// A place in a device's memory, which a kernel sees as a pointer.
public struct DevicePointer: Sendable {
  /// The memory.
  public let memory: DeviceMemory

  /// Bytes from the memory's first one.
  public let byteOffset: Int

  init(_ memory: DeviceMemory, byteOffset: Int) {
    memory.requireBytes(byteOffset, 0)
    self.memory = memory
    self.byteOffset = byteOffset
  }
}

extension DeviceMemory {
  /// A place in the memory.
  ///
  /// On OpenCL, which has no pointers, a kernel is given the part of the memory that begins there: the offset must be a
  /// multiple of what the device aligns memory to (128 bytes, or less), and the kernel must not go back from there. To
  /// reach any place on every device, give it the memory and a number of elements.
  ///
  /// - Parameter byteOffset: Bytes from the first one. Traps if the place does not lie inside.
  public func pointer(at byteOffset: Int) -> DevicePointer { DevicePointer(self, byteOffset: byteOffset) }
}
