extension MutableStridedView {
  /// The element at an index with one number per axis.
  ///
  /// Traps unless the index lies inside the array.
  @inlinable public subscript(index: PerAxis) -> Element {
    get { unsafe load(layout.byteOffset(of: index)) }
    @_lifetime(self: copy self) set { unsafe store(newValue, layout.byteOffset(of: index)) }
  }

  /// The element of an array of rank 1.
  ///
  /// Traps unless the array has that rank and the index lies inside it.
  @inlinable public subscript(i: Int) -> Element {
    @inline(__always) get { unsafe load(layout.byteOffset(i)) }
    @inline(__always) @_lifetime(self: copy self) set { unsafe store(newValue, layout.byteOffset(i)) }
  }

  /// The element of an array of rank 2.
  ///
  /// Traps unless the array has that rank and the index lies inside it.
  @inlinable public subscript(i: Int, j: Int) -> Element {
    @inline(__always) get { unsafe load(layout.byteOffset(i, j)) }
    @inline(__always) @_lifetime(self: copy self) set { unsafe store(newValue, layout.byteOffset(i, j)) }
  }

  /// The element of an array of rank 3.
  ///
  /// Traps unless the array has that rank and the index lies inside it.
  @inlinable public subscript(i: Int, j: Int, k: Int) -> Element {
    @inline(__always) get { unsafe load(layout.byteOffset(i, j, k)) }
    @inline(__always) @_lifetime(self: copy self) set { unsafe store(newValue, layout.byteOffset(i, j, k)) }
  }

  /// The element of an array of rank 4.
  ///
  /// Traps unless the array has that rank and the index lies inside it.
  @inlinable public subscript(i: Int, j: Int, k: Int, l: Int) -> Element {
    @inline(__always) get { unsafe load(layout.byteOffset(i, j, k, l)) }
    @inline(__always) @_lifetime(self: copy self) set {
      unsafe store(newValue, layout.byteOffset(i, j, k, l))
    }
  }

  @unsafe @inlinable @inline(__always)
  func load(_ offset: Int) -> Element {
    unsafe base.loadUnaligned(fromByteOffset: offset, as: Element.self)
  }

  @unsafe @inlinable @inline(__always)
  func store(_ element: Element, _ offset: Int) {
    // Not `storeBytes`, which asks for alignment where the element type cannot say that it is trivial.
    unsafe withUnsafeBytes(of: element) {
      if let bytes = $0.baseAddress {
        unsafe (base + offset).copyMemory(from: bytes, byteCount: MemoryLayout<Element>.size)
      }
    }
  }
}
