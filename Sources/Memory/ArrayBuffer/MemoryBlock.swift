internal import Strided

/// Bytes of a memory space that buffers share: freed when neither a buffer nor an export of one is left.
@safe final class MemoryBlock: Sendable {
  let allocator: Allocator
  let byteCount: Int
  /// The first byte; only for the processor if it reaches the space.
  nonisolated(unsafe) let base: UnsafeMutableRawPointer
  let isReadOnly: Bool
  let deviceMemory: DeviceMemory?
  private let allocation: Allocation?
  private let borrowed: BufferExport?

  init(byteCount: Int, allocator: Allocator) throws(ArrayBufferError) {
    do throws(AllocationError) {
      let allocation = try Allocation(byteCount: byteCount, allocator: allocator)
      unsafe base = allocation.base
      deviceMemory = allocation.deviceMemory
      self.allocation = consume allocation
    } catch {
      throw .allocation(error)
    }
    self.allocator = allocator
    self.byteCount = byteCount
    isReadOnly = false
    borrowed = nil
  }

  /// Memory of the process that someone lends.
  init(borrowing export: consuming BufferExport) {
    unsafe base = export.buf
    byteCount = export.structure.len
    isReadOnly = export.structure.readonly
    borrowed = consume export
    allocation = nil
    deviceMemory = nil
    allocator = .host
  }

  /// Bytes of a device that the program allocated itself.
  init(adopting memory: DeviceMemory) {
    let allocation = Allocation(adopting: memory)
    unsafe base = allocation.base
    byteCount = allocation.byteCount
    allocator = allocation.allocator
    deviceMemory = memory
    self.allocation = consume allocation
    borrowed = nil
    isReadOnly = false
  }

  var space: MemorySpace { allocator.space }

  /// Waits for the transfers that touch these bytes.
  func finalize() throws(ArrayBufferError) {
    do throws(TransferError) {
      try unsafe allocator.implementation.finalizeTransfers(of: base, byteCount: byteCount)
    } catch {
      throw .transfer(error)
    }
  }
}

// MARK: - For the processor

extension MemoryBlock {
  /// Lends the address of bytes where the processor reaches them.
  func withReachable<Result: ~Copyable>(
    _ offset: Int, writing: Bool, _ body: (UnsafeMutableRawPointer) throws(ArrayBufferError) -> Result
  ) throws(ArrayBufferError) -> Result {
    guard space.isReachableByProcessor else { throw .unreachable(space) }
    guard !writing || !isReadOnly else { throw .buffer(.notWritable) }
    try finalize()
    return try unsafe body(base + offset)
  }

  /// Lends the address of bytes, or of a copy on the host, which is put back if it was written.
  func withHostBytes<Result: ~Copyable>(
    _ range: Range<Int>, writing: Bool,
    _ body: (UnsafeMutableRawPointer) throws(ArrayBufferError) -> Result
  ) throws(ArrayBufferError) -> Result {
    guard !space.isReachableByProcessor, let deviceMemory else {
      return try unsafe withReachable(range.lowerBound, writing: writing, body)
    }
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: max(range.count, 1), alignment: 64)
    defer { unsafe scratch.deallocate() }
    try read(deviceMemory, range, to: UInt(bitPattern: scratch))
    let result = try unsafe body(scratch)
    if writing { try write(deviceMemory, range, from: UInt(bitPattern: scratch)) }
    return result
  }

  private func read(
    _ memory: DeviceMemory, _ range: Range<Int>, to address: UInt
  ) throws(ArrayBufferError) {
    do throws(DeviceError) {
      try memory.device.queue.copyAndWait(range.count, from: memory, at: range.lowerBound, to: address)
    } catch {
      throw .device(error)
    }
  }

  private func write(
    _ memory: DeviceMemory, _ range: Range<Int>, from address: UInt
  ) throws(ArrayBufferError) {
    do throws(DeviceError) {
      try memory.device.queue.copyAndWait(range.count, from: address, to: memory, at: range.lowerBound)
    } catch {
      throw .device(error)
    }
  }
}

// MARK: - Between spaces

extension MemoryBlock {
  /// Copies bytes of another block, whatever the spaces of the two.
  func copy(
    _ source: MemoryBlock, _ range: Range<Int>, to offset: Int
  ) throws(ArrayBufferError) {
    let target = offset..<(offset + range.count)
    let isForProcessor = space.isReachableByProcessor && source.space.isReachableByProcessor
    guard !isForProcessor, let from = source.deviceMemory, let to = deviceMemory, from.device == to.device,
      source !== self || !range.overlaps(target)
    else {
      return try unsafe source.withHostBytes(range, writing: false) { bytes throws(ArrayBufferError) in
        try unsafe replace(target, by: bytes)
      }
    }
    do throws(DeviceError) {
      try to.device.queue.copy(
        byteCount: range.count, from: from, at: range.lowerBound, to: to, at: offset)
      try to.finalize()
    } catch {
      throw .device(error)
    }
  }

  /// Sets bytes to others on the host.
  func replace(_ range: Range<Int>, by bytes: UnsafeMutableRawPointer) throws(ArrayBufferError) {
    if !space.isReachableByProcessor, let deviceMemory {
      try write(deviceMemory, range, from: UInt(bitPattern: bytes))
      return
    }
    try unsafe withReachable(range.lowerBound, writing: true) { start in
      unsafe start.copyMemory(from: bytes, byteCount: range.count)
    }
  }
}
