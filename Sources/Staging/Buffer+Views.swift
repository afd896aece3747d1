internal import Memory
public import Strided

extension Buffer {
  /// The elements in C order, for reading.
  ///
  /// Waits for the transfers of the buffer. Traps unless the buffer's dtype is that of the type, and if the memory is a
  /// device's own.
  ///
  /// - Complexity: O(1)
  @inlinable
  @_lifetime(borrow self)
  public func span<Element: ArrayElement>(as type: Element.Type) -> Span<Element> {
    checkType(Element.dtype)
    let elements = unsafe UnsafeBufferPointer(
      start: UnsafeRawPointer(base).assumingMemoryBound(to: type), count: count)
    let span = unsafe Span(_unsafeElements: elements)
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// The elements in C order, for reading and writing.
  ///
  /// Waits for the transfers of the buffer. Traps unless the buffer's dtype is that of the type, and if the memory is a
  /// device's own.
  ///
  /// - Complexity: O(1)
  @inlinable
  @_lifetime(&self)
  public mutating func mutableSpan<Element: ArrayElement>(as type: Element.Type) -> MutableSpan<Element> {
    checkType(Element.dtype)
    let elements = unsafe UnsafeMutableBufferPointer(start: base.assumingMemoryBound(to: type), count: count)
    let span = unsafe MutableSpan(_unsafeElements: elements)
    return unsafe _overrideLifetime(span, mutating: &self)
  }

  /// The buffer as an array of its shape, for reading.
  ///
  /// Waits for the transfers of the buffer. Traps unless the buffer's dtype is that of the type, and if the memory is a
  /// device's own.
  ///
  /// - Complexity: O(1)
  @inlinable
  @_lifetime(borrow self)
  public func view<Element: ArrayElement>(as type: Element.Type) -> StridedView<Element> {
    checkType(Element.dtype)
    let view = unsafe StridedView<Element>(unsafeStart: UnsafeRawPointer(base), layout: layout)
    return unsafe _overrideLifetime(view, borrowing: self)
  }

  /// The buffer as an array of its shape, for reading and writing.
  ///
  /// Waits for the transfers of the buffer. Traps unless the buffer's dtype is that of the type, and if the memory is a
  /// device's own.
  ///
  /// - Complexity: O(1)
  @inlinable
  @_lifetime(&self)
  public mutating func mutableView<Element: ArrayElement>(
    as type: Element.Type
  ) -> MutableStridedView<Element> {
    checkType(Element.dtype)
    let view = unsafe MutableStridedView<Element>(unsafeStart: base, layout: layout)
    return unsafe _overrideLifetime(view, mutating: &self)
  }

  @usableFromInline
  func checkType(_ dtype: DType) {
    guard dtype == self.dtype else {
      fatalError("A buffer of \(self.dtype) was viewed as \(dtype): view it as its own element type.")
    }
    memory.device?.openToProcessor()
  }
}
