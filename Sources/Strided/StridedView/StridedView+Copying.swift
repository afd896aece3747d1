extension StridedView {
  /// Copies the elements in logical order, the last axis fastest, into contiguous memory.
  ///
  /// Lowers the layout anew on every call; where the same layout is packed often, keep a ``StridedCopy``. Traps
  /// unless `destination` has as many elements as the array.
  ///
  /// - Complexity: grows with the number of elements.
  @_lifetime(destination: copy destination)
  @inlinable public func pack(into destination: inout MutableSpan<Element>) {
    guard destination.count == count else { trapOnElementCount(destination.count, shape) }
    let copy = StridedCopy.pack(layout)
    unsafe destination.withUnsafeMutableBytesOfElements {
      unsafe copy.execute(from: base, to: $0)
    }
  }
}

extension MutableSpan where Element: ArrayElement {
  /// Lends the address of the elements, which are trivial even where they cannot say so to the compiler.
  @_lifetime(self: copy self)
  @inlinable mutating func withUnsafeMutableBytesOfElements(_ body: (UnsafeMutableRawPointer) -> Void) {
    unsafe withUnsafeMutableBufferPointer { buffer in
      if let start = buffer.baseAddress { unsafe body(UnsafeMutableRawPointer(start)) }
    }
  }
}
