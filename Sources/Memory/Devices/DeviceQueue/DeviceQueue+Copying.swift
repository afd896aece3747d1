public import Strided

extension DeviceQueue {
  /// Copies bytes between two memories of which one or both are the device's.
  ///
  /// Returns at once: both memories know of the copy, and wait for it where that is needed.
  ///
  /// - Parameters:
  ///   - byteCount: How many.
  ///   - source: Where they are.
  ///   - sourceOffset: Bytes from its first one. Traps if the bytes do not lie inside.
  ///   - target: Where they go.
  ///   - targetOffset: Bytes from its first one. Traps if the bytes do not lie inside.
  /// - Throws: ``DeviceError`` if the driver refuses; nothing is begun then.
  public func copy(
    byteCount: Int, from source: DeviceMemory, at sourceOffset: Int = 0, to target: DeviceMemory,
    at targetOffset: Int = 0
  ) throws(DeviceError) {
    source.requireBytes(sourceOffset, byteCount)
    target.requireBytes(targetOffset, byteCount)
    guard byteCount > 0 else { return }
    try begin([source, target]) { driver, queue throws(DeviceError) in
      try driver.copy(
        byteCount: byteCount, from: source.place(at: sourceOffset), to: target.place(at: targetOffset),
        on: queue)
    }
  }

  /// Fills bytes of a device's memory with a value; returns at once.
  ///
  /// - Throws: ``DeviceError`` if the driver refuses; nothing is begun then.
  public func fill(
    _ memory: DeviceMemory, at offset: Int = 0, byteCount: Int, with value: UInt8
  ) throws(DeviceError) {
    memory.requireBytes(offset, byteCount)
    guard case .device(let handle, let first) = memory.place(at: offset) else {
      fatalError("Memory: a queue was to fill \(memory.space), which the processor fills itself")
    }
    guard byteCount > 0 else { return }
    try begin([memory]) { driver, queue throws(DeviceError) in
      try driver.fill(handle, offset: first, byteCount: byteCount, with: value, on: queue)
    }
  }

  /// Copies elements of the processor's memory to a device's, and waits until they are there.
  ///
  /// - Throws: ``DeviceError``: what failed.
  public func copy<Element: ArrayElement>(
    _ elements: Span<Element>, to memory: DeviceMemory, at offset: Int = 0
  ) throws(DeviceError) {
    let byteCount = elements.count * MemoryLayout<Element>.stride
    let start = unsafe elements.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    try copyAndWait(
      byteCount, from: .host(address: start), to: memory.place(at: offset), of: memory, at: offset)
  }

  /// Copies elements of a device's memory to the processor's, and waits until they are there.
  ///
  /// - Throws: ``DeviceError``: what failed; the elements may then hold anything.
  public func copy<Element: ArrayElement>(
    from memory: DeviceMemory, at offset: Int = 0, to elements: inout MutableSpan<Element>
  ) throws(DeviceError) {
    let byteCount = elements.count * MemoryLayout<Element>.stride
    let start = unsafe elements.withUnsafeMutableBufferPointer { UInt(bitPattern: $0.baseAddress) }
    try copyAndWait(
      byteCount, from: memory.place(at: offset), to: .host(address: start), of: memory, at: offset)
  }

  /// A copy with memory that nobody but the caller keeps.
  package func copyAndWait(
    _ byteCount: Int, from address: UInt, to memory: DeviceMemory, at offset: Int
  ) throws(DeviceError) {
    try copyAndWait(
      byteCount, from: .host(address: address), to: memory.place(at: offset), of: memory, at: offset)
  }

  /// A copy to memory that nobody but the caller keeps.
  package func copyAndWait(
    _ byteCount: Int, from memory: DeviceMemory, at offset: Int, to address: UInt
  ) throws(DeviceError) {
    try copyAndWait(
      byteCount, from: memory.place(at: offset), to: .host(address: address), of: memory, at: offset)
  }

  private func copyAndWait(
    _ byteCount: Int, from source: DriverPlace, to target: DriverPlace, of memory: DeviceMemory,
    at offset: Int
  ) throws(DeviceError) {
    memory.requireBytes(offset, byteCount)
    guard byteCount > 0 else { return }
    try begin([memory]) { driver, queue throws(DeviceError) in
      try driver.copy(byteCount: byteCount, from: source, to: target, on: queue)
    }
    try memory.finalize()
  }
}
