internal import Strided

extension FlatBuffer {
  /// A copy of the bytes on the host.
  ///
  /// - Throws: `ArrayBufferError` if they cannot be copied from where they are.
  /// - Complexity: O(bytes).
  public func bytes() throws(ArrayBufferError) -> [UInt8] {
    try unsafe block.withHostBytes(range, writing: false) { start in
      unsafe Array(UnsafeRawBufferPointer(start: start, count: range.count))
    }
  }

  /// The same bytes in the memory space of an allocator: this buffer if it is there, else a copy.
  ///
  /// - Throws: `ArrayBufferError`: no such memory, or they cannot be copied.
  public func moved(to allocator: Allocator) throws(ArrayBufferError) -> FlatBuffer {
    guard allocator.space != space else { return self }
    return try copied(to: allocator)
  }

  /// The same bytes where the processor reaches them: this buffer if it does, else a copy.
  ///
  /// - Throws: `ArrayBufferError`: no memory, or they cannot be copied.
  public func onHost() throws(ArrayBufferError) -> FlatBuffer {
    space.isReachableByProcessor ? self : try copied(to: .host)
  }

  /// A copy of the bytes.
  ///
  /// - Parameter allocator: Where it shall lie; `nil` for where these do.
  /// - Throws: `ArrayBufferError`: no such memory, or they cannot be copied.
  /// - Complexity: O(bytes).
  public func copied(to allocator: Allocator? = nil) throws(ArrayBufferError) -> FlatBuffer {
    let copy = try FlatBuffer(byteCount: byteCount, allocator: allocator ?? block.allocatorOfCopies)
    try copy.block.copy(block, range, to: 0)
    return copy
  }

  /// Sets the bytes of a range to those of another buffer, of any memory space; the two may share memory.
  ///
  /// Traps unless the range lies within.
  ///
  /// - Throws: `ArrayBufferError.length` if the other has another number of bytes; `.buffer` if this memory is lent for
  ///   reading only; what failed, if they cannot be copied.
  /// - Complexity: O(bytes).
  public func replace(_ bytes: Range<Int>, with other: FlatBuffer) throws(ArrayBufferError) {
    let part = self[bytes]
    guard other.byteCount == bytes.count else {
      throw .length(expected: bytes.count, found: other.byteCount)
    }
    if other.block === block, part.range.overlaps(other.range) {
      return try part.write(other.bytes())
    }
    try block.copy(other.block, other.range, to: part.range.lowerBound)
  }

  /// Sets all bytes.
  func write(_ bytes: [UInt8]) throws(ArrayBufferError) {
    guard !bytes.isEmpty else { return }
    var bytes = bytes
    try unsafe block.replace(range, by: &bytes)
  }

  /// The bytes of this and of other buffers one after the other, in the memory space of this one.
  ///
  /// - Throws: `ArrayBufferError`: no such memory, or they cannot be copied.
  /// - Complexity: O(bytes).
  public func joined(with others: [FlatBuffer]) throws(ArrayBufferError) -> FlatBuffer {
    let all = [self] + others
    let joined = try FlatBuffer(
      byteCount: all.reduce(0) { $0 + $1.byteCount }, allocator: block.allocatorOfCopies)
    var end = 0
    for buffer in all {
      try joined.replace(end..<(end + buffer.byteCount), with: buffer)
      end += buffer.byteCount
    }
    return joined
  }

  /// Whether another buffer, of any memory space, has the same bytes.
  ///
  /// - Throws: `ArrayBufferError` if they cannot be copied to the host.
  /// - Complexity: O(bytes).
  public func hasSameBytes(as other: FlatBuffer) throws(ArrayBufferError) -> Bool {
    guard byteCount == other.byteCount else { return false }
    return try bytes() == other.bytes()
  }

  /// Runs a function that knows only memory of the host on these bytes, and puts what it gives where they lie.
  ///
  /// ```swift
  /// let plain = try compressed.mapOnHost { try gunzip($0) }       // on the device, if `compressed` is
  /// ```
  ///
  /// - Parameter function: Gets the bytes; of a device's memory a copy of them.
  /// - Returns: A buffer of its own, in the same memory space, with what the function has given.
  /// - Throws: What the function throws; `ArrayBufferError`: no memory, or the bytes cannot be copied.
  /// - Complexity: O(bytes) beside the function, where they lie on a device.
  public func mapOnHost(_ function: (Span<UInt8>) throws -> [UInt8]) throws -> FlatBuffer {
    let host = try onHost()
    let result = try unsafe host.block.withReachable(host.range.lowerBound, writing: false) { start in
      let bytes = unsafe Span<UInt8>(
        _unsafeStart: start.assumingMemoryBound(to: UInt8.self), count: host.range.count)
      return Result { try function(bytes) }
    }
    return try FlatBuffer(bytes: result.get(), allocator: block.allocatorOfCopies)
  }
}

extension MemoryBlock {
  /// Where memory for copies comes from: an allocator of adopted memory gives none.
  var allocatorOfCopies: Allocator {
    guard allocator.implementation is AdoptedMemoryAllocator, let deviceMemory else { return allocator }
    return .device(deviceMemory.device)
  }
}
