extension BufferView {
  /// The part of the array that one slice per axis selects; nothing is copied.
  ///
  /// ```swift
  /// try view[1..<5, .all(by: -1), 3]       // view[1:5, ::-1, 3] in NumPy; one axis fewer
  /// ```
  ///
  /// Axes behind the last slice are taken whole. Of bytes alone the one axis is that of the bytes.
  ///
  /// - Throws: `BufferError.index` if an index or a bound lies outside of its axis, or there are more slices than axes;
  ///   `.invalid` for a step of 0; `.twoPointers` if an axis is left out on which, behind another pointer, a second one
  ///   depends: slice it to one index.
  /// - Complexity: O(axes).
  public subscript<each Selection: AxisSelection>(_ selections: repeat each Selection) -> BufferView {
    @_lifetime(copy self) get throws(BufferError) {
      var slices: [AxisSlice] = []
      for selection in repeat each selections { slices.append(selection.axisSlice) }
      return try sliced(by: slices)
    }
  }

  /// The part of the array that a list of slices selects, first axis first; nothing is copied.
  ///
  /// - Throws: As the subscript.
  @_lifetime(copy self)
  public func sliced(by slices: [AxisSlice]) throws(BufferError) -> BufferView {
    var slicing = unsafe BufferSlicing(buf, structure)
    for slice in slices { try slicing.apply(slice) }
    let part = try unsafe BufferView(unsafeStart: slicing.start, slicing.structure())
    return unsafe _overrideLifetime(part, copying: self)
  }

  /// The array with its axes in another order: axis `n` of the result is axis `axes[n]` of this one; nothing is copied.
  ///
  /// - Throws: `BufferError.invalid` unless `axes` names every axis once, or if elements lie behind pointers, which are
  ///   followed in the order of the axes.
  @_lifetime(copy self)
  public func permuted(_ axes: [Int]) throws(BufferError) -> BufferView {
    let (extents, steps) = (structure.extents, structure.steps)
    guard axes.sorted() == Array(extents.indices), structure.suboffsets == nil else {
      throw .invalid(
        part: "axes", expected: "every axis of \(extents.count) once, without suboffsets", found: "\(axes)")
    }
    let turned = try BufferStructure(
      itemsize: structure.elementSize, format: format, shape: axes.map { extents[$0] },
      strides: axes.map { steps[$0] }, readonly: readonly)
    return unsafe _overrideLifetime(BufferView(unsafeStart: buf, turned), copying: self)
  }

  /// The array with its axes in reverse order; nothing is copied.
  ///
  /// - Throws: As ``permuted(_:)``.
  @_lifetime(copy self)
  public func transposed() throws(BufferError) -> BufferView {
    try permuted(structure.extents.indices.reversed())
  }
}
