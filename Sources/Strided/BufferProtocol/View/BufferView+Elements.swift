extension BufferView {
  /// The address of an element, through the pointers that lead to it: `PyBuffer_GetPointer`.
  ///
  /// - Throws: `BufferError.index` unless the index has one number an axis, each inside its axis.
  /// - Complexity: O(axes).
  @unsafe public func pointer(at index: [Int]) throws(BufferError) -> UnsafeMutableRawPointer {
    let extents = structure.extents
    guard index.count == extents.count else {
      throw .index(axis: min(index.count, extents.count), extent: nil, found: "\(index)")
    }
    for (axis, extent) in extents.enumerated() where !(0..<extent).contains(index[axis]) {
      throw .index(axis: axis, extent: extent, found: "\(index[axis])")
    }
    return unsafe address(at: index)
  }

  /// The address that an index of the first axes leads to; the index is not checked.
  func address(at index: some Collection<Int>) -> UnsafeMutableRawPointer {
    var place = unsafe buf
    let (steps, suboffsets) = (structure.steps, structure.suboffsets)
    for (axis, position) in index.enumerated() {
      unsafe place += position * steps[axis]
      if let suboffset = suboffsets?[axis], suboffset >= 0 {
        unsafe place = place.followed(by: suboffset)
      }
    }
    return unsafe place
  }

  /// The element at an index, its bytes swapped if they have to be.
  ///
  /// - Throws: `BufferError.index` if the index is outside of the array; `.elementType` if the elements are of another
  ///   type, `.format` if their format cannot be read.
  /// - Complexity: reads the format each time; where many elements are read, take ``strided(as:)`` or copy them.
  public func load<Element: ArrayElement>(
    at index: [Int], as type: Element.Type
  ) throws(BufferError) -> Element {
    let swap = try structure.byteSwap(for: type)
    let place = unsafe try pointer(at: index)
    return unsafe withUnsafeTemporaryAllocation(
      byteCount: MemoryLayout<Element>.stride, alignment: MemoryLayout<Element>.alignment
    ) { item in
      let copy = unsafe item.baseAddress.unsafelyUnwrapped
      unsafe copy.copyMemory(from: place, byteCount: structure.elementSize)
      unsafe swap?.apply(to: copy, itemCount: 1)
      return unsafe copy.load(as: Element.self)
    }
  }

  /// Writes the element at an index, its bytes swapped if they have to be.
  ///
  /// - Throws: `BufferError.notWritable` if the memory may only be read; else as ``load(at:as:)``.
  /// - Complexity: reads the format each time; where many elements are written, take ``mutableStrided(as:)`` or copy them.
  public func store<Element: ArrayElement>(_ element: Element, at index: [Int]) throws(BufferError) {
    guard !readonly else { throw .notWritable }
    let swap = try structure.byteSwap(for: Element.self)
    let place = unsafe try pointer(at: index)
    unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: 1) { item in
      unsafe item.initialize(repeating: element)
      let copy = unsafe UnsafeMutableRawPointer(item.baseAddress.unsafelyUnwrapped)
      unsafe swap?.apply(to: copy, itemCount: 1)
      unsafe place.copyMemory(from: copy, byteCount: structure.elementSize)
    }
  }
}

extension BufferStructure {
  /// How the bytes of elements of a type have to be swapped; `nil` if they lie as this machine reads them.
  func byteSwap<Element: ArrayElement>(for type: Element.Type) throws(BufferError) -> ByteSwap? {
    let format = try elementFormat()
    guard format.holds(Element.dtype) else {
      throw .elementType(expected: "\(Element.dtype)", found: "format \"\(format)\"")
    }
    return ByteSwap(format)
  }
}

extension BufferFormat {
  /// Whether items are elements of a type: of its own, or, for a struct of the user's, structs of its size.
  fileprivate func holds(_ dtype: DType) -> Bool {
    if let own = self.dtype { return own == dtype }
    guard size == dtype.size, BufferFormat(dtype) == nil else { return false }
    if members.count == 1, let member = members.first, case .scalar = member.item { return false }
    return true
  }
}

extension UnsafeMutableRawPointer {
  /// What lies so many bytes behind the place that the pointer here points to.
  func followed(by suboffset: Int) -> UnsafeMutableRawPointer {
    let target = unsafe loadUnaligned(as: Optional<UnsafeMutableRawPointer>.self)
    guard let target = unsafe target else {
      fatalError("BufferView: a pointer of an array of pointers is NULL")
    }
    return unsafe target + suboffset
  }
}
