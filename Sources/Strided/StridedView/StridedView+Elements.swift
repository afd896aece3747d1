extension StridedView {
  /// The element at an index with one number per axis.
  ///
  /// Traps unless the index lies inside the array.
  @inlinable public subscript(index: PerAxis) -> Element {
    unsafe base.loadUnaligned(fromByteOffset: layout.byteOffset(of: index), as: Element.self)
  }

  /// The element of an array of rank 1.
  ///
  /// Traps unless the array has that rank and the index lies inside it.
  @inlinable public subscript(i: Int) -> Element {
    @inline(__always) get {
      unsafe base.loadUnaligned(fromByteOffset: layout.byteOffset(i), as: Element.self)
    }
  }

  /// The element of an array of rank 2.
  ///
  /// Traps unless the array has that rank and the index lies inside it.
  @inlinable public subscript(i: Int, j: Int) -> Element {
    @inline(__always) get {
      unsafe base.loadUnaligned(fromByteOffset: layout.byteOffset(i, j), as: Element.self)
    }
  }

  /// The element of an array of rank 3.
  ///
  /// Traps unless the array has that rank and the index lies inside it.
  @inlinable public subscript(i: Int, j: Int, k: Int) -> Element {
    @inline(__always) get {
      unsafe base.loadUnaligned(fromByteOffset: layout.byteOffset(i, j, k), as: Element.self)
    }
  }

  /// The element of an array of rank 4.
  ///
  /// Traps unless the array has that rank and the index lies inside it.
  @inlinable public subscript(i: Int, j: Int, k: Int, l: Int) -> Element {
    @inline(__always) get {
      unsafe base.loadUnaligned(fromByteOffset: layout.byteOffset(i, j, k, l), as: Element.self)
    }
  }
}

extension StridedView where Element: Equatable {
  /// Whether another view has the same shape and equal elements at equal indices.
  ///
  /// - Complexity: grows with the number of elements.
  @inlinable public func elementsEqual(_ other: StridedView) -> Bool {
    guard shape == other.shape else { return false }
    var index = IndexSequence(shape)
    while let at = index.next() {
      guard self[at] == other[at] else { return false }
    }
    return true
  }
}
