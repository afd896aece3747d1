extension MutableStridedView {
  /// Copies the elements of another array of the same shape, whatever the strides of either, index by index.
  ///
  /// Lowers the layouts anew on every call; where the same two are copied often, keep a ``StridedCopy``. Traps
  /// unless the shapes are equal and no axis of this array longer than 1 has stride 0.
  ///
  /// - Complexity: grows with the number of elements.
  @inlinable @_lifetime(self: copy self)
  public mutating func copy(from source: StridedView<Element>) {
    let copy = StridedCopy(from: source.layout, to: layout)
    unsafe copy.execute(from: source.base, to: base)
  }

  /// Copies contiguous elements that are in this array's logical order, the last axis fastest.
  ///
  /// Traps unless `source` has as many elements as the array.
  ///
  /// - Complexity: grows with the number of elements.
  @inlinable @_lifetime(self: copy self)
  public mutating func unpack(from source: Span<Element>) {
    copy(from: StridedView(source, shape: shape))
  }

  /// Copies the elements in logical order, the last axis fastest, into contiguous memory.
  ///
  /// Traps unless `destination` has as many elements as the array.
  ///
  /// - Complexity: grows with the number of elements.
  @_lifetime(destination: copy destination)
  @inlinable public func pack(into destination: inout MutableSpan<Element>) {
    readOnly.pack(into: &destination)
  }

  /// Sets every element to one value.
  ///
  /// - Complexity: grows with the number of elements.
  @inlinable @_lifetime(self: copy self)
  public mutating func fill(_ element: Element) {
    let everywhere = Layout(
      shape: shape, strides: PerAxis(repeating: 0, count: rank), itemSize: layout.itemSize)
    let copy = StridedCopy(from: everywhere, to: layout)
    // A buffer, since an element alone may end before the stride does.
    unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: 1) { buffer in
      unsafe buffer.initialize(repeating: element)
      if let start = buffer.baseAddress { unsafe copy.execute(from: start, to: base) }
    }
  }
}
