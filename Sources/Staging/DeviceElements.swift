internal import Memory
internal import Strided

/// An array in a device's memory without its type.
struct DeviceElements {
  let memory: DeviceMemory
  /// Where the elements lie, counted from the memory's first byte.
  let layout: Layout
  let queue: DeviceQueue

  /// A buffer of the device for all of the elements, which lie in it in C order.
  private func scratch(_ dtype: DType, _ cache: BufferCache) throws(StagingError) -> Buffer {
    try popped(.device(queue.device), dtype, cache)
  }

  /// The elements in a buffer of the device.
  func contiguous(_ dtype: DType, _ cache: BufferCache) throws(StagingError) -> Buffer {
    let buffer = try scratch(dtype, cache)
    try copy(to: buffer.deviceElements(queue), dtype, cache)
    return buffer
  }

  private func popped(
    _ allocator: Allocator, _ dtype: DType, _ cache: BufferCache
  ) throws(StagingError) -> Buffer {
    do {
      return try Buffer.popFromCache(allocator: allocator, shape: layout.shape, dtype: dtype, cache: cache)
    } catch {
      throw .allocation(error)
    }
  }
}

/// An array in the process's memory without its type.
@safe
struct HostElements {
  let base: UnsafeMutableRawPointer
  /// Where the elements lie, counted from the base.
  let layout: Layout
  /// The memory itself, from the base on, where a device copies it by itself.
  var pinned: DeviceMemory?

  var address: UInt { unsafe UInt(bitPattern: base) }
}

// MARK: - Copies

extension DeviceElements {
  /// Copies to elements of the same device, or by way of the process's memory to those of another.
  func copy(to target: DeviceElements, _ dtype: DType, _ cache: BufferCache) throws(StagingError) {
    guard memory.device == target.memory.device else {
      let buffer = try popped(.pinned(memory.device), dtype, cache)
      try copy(to: buffer.hostElements, dtype, cache)
      try target.copy(from: buffer.hostElements, dtype, cache)
      buffer.pushToCache()
      return
    }
    try StagingError.rethrow { () throws(DeviceError) in
      try target.queue.copy(
        StridedCopy(from: layout, to: target.layout), from: memory, to: target.memory)
    }
  }

  /// Copies to the process's memory: to pinned memory without waiting, and to other memory until it is there.
  func copy(to host: HostElements, _ dtype: DType, _ cache: BufferCache) throws(StagingError) {
    let whole = StridedCopy(from: layout, to: host.layout)
    guard whole.byteCount > 0 else { return }
    if whole.byteCount == whole.runBytes {
      try copyRun(
        of: memory, at: whole.firstRun.source, to: host, at: whole.firstRun.destination, whole.byteCount)
    } else if host.layout.isContiguous(in: .c) {
      let packed = try contiguous(dtype, cache)
      let elements = try packed.deviceElements(queue)
      try copyRun(of: elements.memory, at: 0, to: host, at: host.layout.offset, whole.byteCount)
      // Not before the copy is begun, which is what the cache waits for.
      packed.pushToCache()
    } else {
      let buffer = try popped(.pinned(memory.device), dtype, cache)
      try copy(to: buffer.hostElements, dtype, cache)
      try buffer.finalized()
      try host.finalize()
      unsafe StridedCopy.unpack(host.layout).execute(from: buffer.base, to: host.base)
    }
  }

  /// Copies from the process's memory: from pinned memory without waiting, and from other memory until it is done.
  func copy(from host: HostElements, _ dtype: DType, _ cache: BufferCache) throws(StagingError) {
    let whole = StridedCopy(from: host.layout, to: layout)
    guard whole.byteCount > 0 else { return }
    if whole.byteCount == whole.runBytes {
      try copyRun(
        of: host, at: whole.firstRun.source, to: memory, at: whole.firstRun.destination, whole.byteCount)
    } else if host.layout.isContiguous(in: .c) {
      let scratch = try scratch(dtype, cache)
      let packed = try scratch.deviceElements(queue)
      try copyRun(of: host, at: host.layout.offset, to: packed.memory, at: 0, whole.byteCount)
      try packed.copy(to: self, dtype, cache)
      scratch.pushToCache()
    } else {
      let buffer = try popped(.pinned(memory.device), dtype, cache)
      try host.finalize()
      unsafe StridedCopy.pack(host.layout).execute(from: host.base, to: buffer.base)
      try copy(from: buffer.hostElements, dtype, cache)
      buffer.pushToCache()
    }
  }

  private func copyRun(
    of source: DeviceMemory, at offset: Int, to host: HostElements, at hostOffset: Int, _ byteCount: Int
  ) throws(StagingError) {
    try StagingError.rethrow { () throws(DeviceError) in
      if let pinned = host.pinned {
        try queue.copy(byteCount: byteCount, from: source, at: offset, to: pinned, at: hostOffset)
      } else {
        let address = host.address &+ UInt(bitPattern: hostOffset)
        try queue.copyAndWait(byteCount, from: source, at: offset, to: address)
      }
    }
  }

  private func copyRun(
    of host: HostElements, at hostOffset: Int, to target: DeviceMemory, at offset: Int, _ byteCount: Int
  ) throws(StagingError) {
    try StagingError.rethrow { () throws(DeviceError) in
      if let pinned = host.pinned {
        try queue.copy(byteCount: byteCount, from: pinned, at: hostOffset, to: target, at: offset)
      } else {
        let address = host.address &+ UInt(bitPattern: hostOffset)
        try queue.copyAndWait(byteCount, from: address, to: target, at: offset)
      }
    }
  }
}

extension HostElements {
  /// Waits for the device's own copies of the memory.
  fileprivate func finalize() throws(StagingError) {
    guard let pinned else { return }
    try StagingError.rethrow { () throws(DeviceError) in try pinned.finalize() }
  }
}

extension StagingError {
  static func rethrow<Result: ~Copyable>(
    _ body: () throws(DeviceError) -> Result
  ) throws(StagingError) -> Result {
    do { return try body() } catch { throw .device(error) }
  }
}

// MARK: - Buffers

extension Buffer {
  /// The elements as the process's memory.
  var hostElements: HostElements { hostElements(layout) }

  func hostElements(_ part: Layout) -> HostElements {
    unsafe HostElements(base: base, layout: part, pinned: memory.device)
  }

  /// The elements, all or a part of them, as those of a device.
  func deviceElements(_ queue: DeviceQueue, _ part: Layout? = nil) throws(StagingError) -> DeviceElements {
    guard let memory = memory.device else { throw .unreachable(allocator.space) }
    return DeviceElements(memory: memory, layout: part ?? layout, queue: queue)
  }

  /// Whether the processor must not touch the elements.
  var isOnDevice: Bool { memory.device.map { !$0.space.isReachableByProcessor } ?? false }

  /// Waits for the transfers of this buffer.
  func finalized() throws(StagingError) {
    do { try finalizeMemoryTransfer() } catch { throw .transfer(error) }
  }
}

extension DeviceArray {
  var elements: DeviceElements { DeviceElements(memory: memory, layout: layout, queue: queue) }
}
