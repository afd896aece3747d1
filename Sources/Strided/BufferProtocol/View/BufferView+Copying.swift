// MARK: - Bytes as they are

extension BufferView {
  /// Whether the elements follow each other without gaps in an order: `PyBuffer_IsContiguous`.
  public func isContiguous(in order: BufferOrder = .any) -> Bool { structure.isContiguous(in: order) }

  /// Copies all elements into contiguous memory, their bytes as they are: `PyBuffer_ToContiguous`.
  ///
  /// - Parameters:
  ///   - memory: As many bytes as ``len``.
  ///   - order: Which order they shall have there; with `.any` Fortran's if theirs is that, else C's.
  /// - Throws: `BufferError.length` if the memory has another size.
  /// - Complexity: O(elements).
  @_lifetime(memory: copy memory)
  public func copy(
    toContiguous memory: inout MutableRawSpan, order: BufferOrder = .c
  ) throws(BufferError) {
    guard memory.byteCount == len else { throw .length(expected: len, found: memory.byteCount) }
    unsafe memory.withUnsafeMutableBytes { bytes in
      if let start = bytes.baseAddress { unsafe copyAll(start, order, toContiguous: true) }
    }
  }

  /// All elements in contiguous memory of its own, their bytes as they are: Python's `memoryview.tobytes`.
  ///
  /// - Parameter order: Which order they shall have; with `.any` Fortran's if theirs is that, else C's.
  /// - Complexity: O(elements).
  public func bytes(order: BufferOrder = .c) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: len) { bytes, count in
      count = len
      if let start = bytes.baseAddress {
        unsafe copyAll(UnsafeMutableRawPointer(start), order, toContiguous: true)
      }
    }
  }

  /// Copies all elements out of contiguous memory, their bytes as they are: `PyBuffer_FromContiguous`.
  ///
  /// Where several elements share one place, since a stride is 0, the last in C order stays.
  ///
  /// - Parameters:
  ///   - memory: As many bytes as ``len``.
  ///   - order: Which order they have there; with `.any` Fortran's if that is this view's, else C's.
  /// - Throws: `BufferError.notWritable` if the memory of this view may only be read; `.length` if the other has another
  ///   size.
  /// - Complexity: O(elements).
  public func copy(fromContiguous memory: RawSpan, order: BufferOrder = .c) throws(BufferError) {
    guard !readonly else { throw .notWritable }
    guard memory.byteCount == len else { throw .length(expected: len, found: memory.byteCount) }
    unsafe memory.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      unsafe copyAll(UnsafeMutableRawPointer(mutating: start), order, toContiguous: false)
    }
  }

  /// Copies all elements from or to contiguous memory.
  func copyAll(_ contiguous: UnsafeMutableRawPointer, _ order: BufferOrder, toContiguous: Bool) {
    guard len > 0 else { return }
    let isFortran = order == .fortran || order == .any && !isContiguous(in: .c) && isContiguous(in: .fortran)
    let strides = BufferStructure.contiguousStrides(
      shape: structure.extents, itemsize: structure.elementSize, order: isFortran ? .fortran : .c)
    unsafe BufferBlocks(structure, isDestination: !toContiguous)
      .copy(self, contiguous: contiguous, strides: strides, toContiguous: toContiguous)
  }
}

// MARK: - Elements

extension BufferView {
  /// Copies all elements into a strided array of the same shape, their bytes swapped if they have to be.
  ///
  /// - Throws: `BufferError.shape` if the shapes differ; `.elementType` if the elements are of another type; `.format` if
  ///   their format cannot be read.
  /// - Complexity: O(elements).
  public func copy<Element: ArrayElement>(
    into array: inout MutableStridedView<Element>
  ) throws(BufferError) {
    let swap = try structure.byteSwap(for: Element.self)
    try checkShape(Array(array.shape))
    if swap == nil, let layout = try? structure.layout() {
      unsafe StridedCopy(from: layout, to: array.layout).execute(from: buf, to: array.base)
      return
    }
    let count = array.count
    unsafe withScratch { scratch in
      unsafe copyAll(scratch, .c, toContiguous: true)
      unsafe swap?.apply(to: scratch, itemCount: count)
      unsafe StridedCopy.unpack(array.layout).execute(from: scratch, to: array.base)
    }
  }

  /// Copies all elements of a strided array of the same shape into this memory, their bytes swapped if they have to be.
  ///
  /// Where several elements share one place, since a stride is 0, the last in C order stays.
  ///
  /// - Throws: `BufferError.notWritable` if the memory may only be read; else as ``copy(into:)``.
  /// - Complexity: O(elements).
  public func copy<Element: ArrayElement>(from array: StridedView<Element>) throws(BufferError) {
    guard !readonly else { throw .notWritable }
    let swap = try structure.byteSwap(for: Element.self)
    try checkShape(Array(array.shape))
    if swap == nil, structure.sharedAxis == nil, let layout = try? structure.layout() {
      unsafe StridedCopy(from: array.layout, to: layout).execute(from: array.base, to: buf)
      return
    }
    unsafe withScratch { scratch in
      unsafe StridedCopy.pack(array.layout).execute(from: array.base, to: scratch)
      unsafe swap?.apply(to: scratch, itemCount: array.count)
      unsafe copyAll(scratch, .c, toContiguous: false)
    }
  }

  /// Copies all elements in C order into contiguous memory, their bytes swapped if they have to be.
  ///
  /// As ``copy(into:)``, of any number of axes.
  ///
  /// - Throws: `BufferError.length` unless the span has as many elements; `.elementType` if the elements are of another
  ///   type; `.format` if their format cannot be read.
  /// - Complexity: O(elements).
  @_lifetime(elements: copy elements)
  public func pack<Element: ArrayElement>(
    into elements: inout MutableSpan<Element>
  ) throws(BufferError) {
    let swap = try structure.byteSwap(for: Element.self)
    try checkCount(of: Element.self, elements.count)
    unsafe elements.withUnsafeMutableBytesOfElements { start in
      unsafe copyAll(start, .c, toContiguous: true)
      unsafe swap?.apply(to: start, itemCount: structure.count)
    }
  }

  /// Copies contiguous elements in C order into this memory, their bytes swapped if they have to be.
  ///
  /// As ``copy(from:)-(StridedView<Element>)``, of any number of axes.
  ///
  /// - Throws: `BufferError.notWritable` if the memory may only be read; else as ``pack(into:)``.
  /// - Complexity: O(elements).
  public func unpack<Element: ArrayElement>(from elements: Span<Element>) throws(BufferError) {
    guard !readonly else { throw .notWritable }
    let swap = try structure.byteSwap(for: Element.self)
    try checkCount(of: Element.self, elements.count)
    unsafe elements.withUnsafeBufferPointer { memory in
      guard let start = unsafe UnsafeRawPointer(memory.baseAddress) else { return }
      guard let swap else {
        return unsafe copyAll(UnsafeMutableRawPointer(mutating: start), .c, toContiguous: false)
      }
      unsafe withScratch { scratch in
        unsafe scratch.copyMemory(from: start, byteCount: len)
        unsafe swap.apply(to: scratch, itemCount: structure.count)
        unsafe copyAll(scratch, .c, toContiguous: false)
      }
    }
  }

  private func checkCount<Element>(of type: Element.Type, _ count: Int) throws(BufferError) {
    guard count == structure.count else {
      throw .length(expected: len, found: count * MemoryLayout<Element>.stride)
    }
  }

  /// Copies all elements of another buffer with the same shape and equal items, whatever the order and byte order of
  /// either: `PyObject_CopyData`.
  ///
  /// The two may share memory.
  ///
  /// - Throws: `BufferError.notWritable` if this memory may only be read; `.shape` if the shapes differ; `.elementType` if
  ///   the items differ in more than their byte order; `.format` if a format cannot be read.
  /// - Complexity: O(elements).
  public func copy(from other: borrowing BufferView) throws(BufferError) {
    guard !readonly else { throw .notWritable }
    guard other.structure.extents == structure.extents else {
      throw .shape(expected: structure.extents, found: other.structure.extents)
    }
    let (source, destination) = try (other.structure.elementFormat(), structure.elementFormat())
    guard source.items == destination.items else {
      throw .elementType(expected: "format \"\(destination)\"", found: "format \"\(source)\"")
    }
    let (swapped, swaps) = (ByteSwap(source), ByteSwap(destination))
    let count = structure.count
    unsafe withScratch { scratch in
      unsafe other.copyAll(scratch, .c, toContiguous: true)
      if swapped != swaps {
        unsafe swapped?.apply(to: scratch, itemCount: count)
        unsafe swaps?.apply(to: scratch, itemCount: count)
      }
      unsafe copyAll(scratch, .c, toContiguous: false)
    }
  }

  private func checkShape(_ found: [Int]) throws(BufferError) {
    guard found == structure.extents else { throw .shape(expected: structure.extents, found: found) }
  }

  /// Lends as many bytes as the elements have.
  private func withScratch(_ body: (UnsafeMutableRawPointer) -> Void) {
    guard len > 0 else { return }
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: len, alignment: 16)
    unsafe body(scratch)
    unsafe scratch.deallocate()
  }
}

extension BufferFormat {
  /// What there is where, without names and byte orders: formats whose items can be copied to each other have it equal.
  fileprivate var items: [PlacedItem] { members.map(PlacedItem.init) }
}

/// What a copy of an item must find alike.
private indirect enum PlacedItem: Hashable {
  case structure([PlacedItem], offset: Int, count: Int)
  case item(BufferFormat.Item, DType?, offset: Int, byteCount: Int, count: Int)

  init(_ member: BufferFormat.Member) {
    if case .structure(let structure) = member.item {
      self = .structure(structure.items, offset: member.offset, count: member.itemCount)
      return
    }
    let alone = BufferFormat.Member(
      item: member.item, byteOrder: .native, shape: nil, count: nil, name: nil, offset: 0,
      itemSize: member.itemSize, itemCount: 1)
    let dtype = BufferFormat(members: [alone], size: alone.itemSize, alignment: 1).dtype
    // One type may be written in several ways: 'l' and 'q'.
    self = .item(
      dtype == nil ? member.item : .scalar(.padding), dtype, offset: member.offset,
      byteCount: member.itemSize, count: member.itemCount)
  }
}
