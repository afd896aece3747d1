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

extension Layout {
  @inlinable @inline(__always)
  func byteOffset(_ i: Int) -> Int {
    guard shape.length == 1, i >= 0, i < shape.values[0] else { trapOnIndex([i]) }
    return offset &+ i &* strides.values[0]
  }

  @inlinable @inline(__always)
  func byteOffset(_ i: Int, _ j: Int) -> Int {
    guard shape.length == 2, i >= 0, i < shape.values[0], j >= 0, j < shape.values[1] else {
      trapOnIndex([i, j])
    }
    return offset &+ i &* strides.values[0] &+ j &* strides.values[1]
  }

  @inlinable @inline(__always)
  func byteOffset(_ i: Int, _ j: Int, _ k: Int) -> Int {
    guard shape.length == 3, i >= 0, i < shape.values[0], j >= 0, j < shape.values[1], k >= 0,
      k < shape.values[2]
    else { trapOnIndex([i, j, k]) }
    return offset &+ i &* strides.values[0] &+ j &* strides.values[1] &+ k &* strides.values[2]
  }
}
