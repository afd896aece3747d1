public import Strided

extension Allocation {
  /// The bytes as elements, as many as fit whole, for reading.
  ///
  /// Traps if the address is not aligned for the type, or the memory is a device's own. Waits for a device's copies of pinned memory.
  @_lifetime(borrow self)
  public func span<Element: ArrayElement>(as type: Element.Type) -> Span<Element> {
    let count = checkedCount(of: type)
    let elements = unsafe UnsafeBufferPointer(start: base.assumingMemoryBound(to: type), count: count)
    let span = unsafe Span(_unsafeElements: elements)
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// The bytes as elements, as many as fit whole, for reading and writing.
  ///
  /// Traps if the address is not aligned for the type, or the memory is a device's own. Waits for a device's copies of pinned memory.
  @_lifetime(&self)
  public mutating func mutableSpan<Element: ArrayElement>(as type: Element.Type) -> MutableSpan<Element> {
    let count = checkedCount(of: type)
    let elements = unsafe UnsafeMutableBufferPointer(start: base.assumingMemoryBound(to: type), count: count)
    let span = unsafe MutableSpan(_unsafeElements: elements)
    return unsafe _overrideLifetime(span, mutating: &self)
  }

  private func checkedCount<Element>(of type: Element.Type) -> Int {
    deviceMemory?.openToProcessor()
    guard unsafe UInt(bitPattern: base) % UInt(MemoryLayout<Element>.alignment) == 0 else {
      fatalError("This allocation is not aligned for \(type): allocate with the alignment of the type.")
    }
    return byteCount / MemoryLayout<Element>.stride
  }
}
