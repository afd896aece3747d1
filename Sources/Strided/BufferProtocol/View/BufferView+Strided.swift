extension BufferView {
  /// The elements as a strided array that is read in place.
  ///
  /// ```swift
  /// try withSendBuffer(view.strided(as: Double.self)) { try world.send($0, to: 0, tag: 7) }
  /// ```
  ///
  /// - Throws: `BufferError.elementType` unless the elements are of the type (a struct of your own: structs of its size);
  ///   `.byteOrder`, `.needsSuboffsets` or `.tooManyAxes` where they cannot be read in place: ``copy(into:)`` them then.
  /// - Complexity: O(axes), and reads the format.
  @_lifetime(borrow self)
  public func strided<Element: ArrayElement>(
    as type: Element.Type
  ) throws(BufferError) -> StridedView<Element> {
    let layout = try structure.layout(as: type)
    let view = unsafe StridedView<Element>(unsafeStart: UnsafeRawPointer(buf), layout: layout)
    return unsafe _overrideLifetime(view, borrowing: self)
  }

  /// The elements as a strided array that is read and written in place.
  ///
  /// The compiler sees to it that this view is not used meanwhile; that nobody else touches the memory is the caller's to
  /// see to, since Python's protocol has no locks.
  ///
  /// - Throws: `BufferError.notWritable` if the memory may only be read; `.sharedElements` if several elements are one;
  ///   else as ``strided(as:)``.
  /// - Complexity: O(axes), and reads the format.
  @_lifetime(&self)
  public mutating func mutableStrided<Element: ArrayElement>(
    as type: Element.Type
  ) throws(BufferError) -> MutableStridedView<Element> {
    let layout = try structure.writableLayout(as: type)
    let view = unsafe MutableStridedView<Element>(unsafeStart: buf, layout: layout)
    return unsafe _overrideLifetime(view, mutating: &self)
  }
}

extension BufferStructure {
  /// Where elements of a type lie that can be written in place, counted from the address.
  package func writableLayout<Element: ArrayElement>(
    as type: Element.Type
  ) throws(BufferError) -> Layout {
    guard !readonly else { throw .notWritable }
    if let axis = sharedAxis { throw .sharedElements(axis: axis) }
    return try layout(as: type)
  }

  /// Whether elements cannot be had in place, but only copied: they lie behind pointers, in another byte order, on more
  /// than 8 axes, or share places.
  ///
  /// - Throws: `BufferError.format` if the format cannot be read; `.elementType` if there is none.
  public func needsCopying() throws(BufferError) -> Bool {
    let format = try elementFormat()
    return suboffsets != nil || ndim > PerAxis.maximumRank || sharedAxis != nil || !format.isNative
  }

  /// Where elements of a type lie that can be read in place, counted from the address.
  package func layout<Element: ArrayElement>(as type: Element.Type) throws(BufferError) -> Layout {
    guard try byteSwap(for: type) == nil else { throw .byteOrder(format: format ?? "B") }
    return try layout()
  }

  /// Where the elements lie, counted from the address.
  ///
  /// - Throws: `BufferError.needsSuboffsets` if elements lie behind pointers, `.tooManyAxes` for more than 8, `.invalid` for
  ///   items of no bytes.
  public func layout() throws(BufferError) -> Layout {
    guard suboffsets == nil else { throw .needsSuboffsets }
    let extents = extents
    guard extents.count <= PerAxis.maximumRank else {
      throw .tooManyAxes(found: extents.count, limit: PerAxis.maximumRank)
    }
    guard elementSize > 0 else { throw .invalid(part: "item size", expected: "1 byte or more", found: "0") }
    // Without elements no stride means anything, and it need not fit an address.
    guard !isEmpty else { return Layout(contiguous: PerAxis(extents), itemSize: elementSize) }
    return Layout(shape: PerAxis(extents), strides: PerAxis(steps), itemSize: elementSize)
  }
}
