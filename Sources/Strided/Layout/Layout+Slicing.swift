extension Layout {
  /// The part of the array that one slice per axis selects.
  ///
  ///     layout[1..<5, .all, 3]             // a[1:5, :, 3] in NumPy; one axis fewer
  ///     layout[.all, .range(0..<9, by: -2)]
  ///
  /// Axes behind the last slice are taken whole. Traps if there are more slices than axes, a step is 0, or an
  /// index or a bound lies outside its axis.
  @inlinable
  public subscript<each Selection: AxisSelection>(
    _ selections: repeat each Selection
  ) -> Layout {
    var slicing = Slicing(self)
    for selection in repeat each selections { slicing.apply(selection.axisSlice) }
    return slicing.result
  }

  /// The part of the array that a list of slices selects, first axis first.
  ///
  /// The same as the subscript, for slices whose number is known only at run time.
  @inlinable public func sliced(by slices: some Sequence<AxisSlice>) -> Layout {
    var slicing = Slicing(self)
    for slice in slices { slicing.apply(slice) }
    return slicing.result
  }

  /// The part of the array whose index on one axis is in a range, every `step`-th.
  ///
  /// With a negative step the indices are visited from the upper end. Traps if there is no such axis, the step
  /// is 0, or the range does not lie inside the axis.
  public func slicing(axis: Int, range: Range<Int>, by step: Int = 1) -> Layout {
    guard axis >= 0, axis < rank else { PerAxis.trapOnAxis(axis, count: rank) }
    var slicing = Slicing(self, startingAt: axis)
    slicing.apply(.range(range, by: step))
    return slicing.result
  }

  /// A layout under its slices: the axes in front of `axis` are done.
  @usableFromInline struct Slicing {
    @usableFromInline var result: Layout
    private var axis: Int
    private var position: Int

    @usableFromInline init(_ layout: Layout) { self.init(layout, startingAt: 0) }

    init(_ layout: Layout, startingAt axis: Int) {
      result = layout
      self.axis = axis
      position = axis
    }

    @usableFromInline mutating func apply(_ slice: AxisSlice) {
      guard slice.kind != .omitted else { return }
      guard axis < result.rank else {
        fatalError("Layout: more slices than the \(position) axes of the array (at \(slice))")
      }
      switch slice.kind {
      case .index(let index):
        select(index)
      case .between(let lower, let upper, let step):
        narrow(from: lower, to: upper ?? result.shape[axis], by: step, slice)
      case .first(let count):
        narrow(from: 0, to: count, by: 1, slice)
      case .last(let count):
        let extent = result.shape[axis]
        guard count <= extent else { trap(slice) }
        narrow(from: extent - count, to: extent, by: 1, slice)
      case .dropLast(let count):
        let extent = result.shape[axis]
        guard count >= 0 else { trap(slice) }
        narrow(from: 0, to: extent - count, by: 1, slice)
      case .omitted:
        return
      }
      position += 1
    }

    private mutating func select(_ index: Int) {
      guard index >= 0, index < result.shape[axis] else { trap(.index(index)) }
      var (shape, strides) = (result.shape, result.strides)
      shape.remove(at: axis)
      let start = offset(of: index, strides.remove(at: axis))
      result = Layout(unchecked: shape, strides: strides, itemSize: result.itemSize, offset: start)
    }

    private mutating func narrow(from lower: Int, to upper: Int, by step: Int, _ slice: AxisSlice) {
      guard step != 0 else { fatalError("Layout: axis \(position) is sliced with a step of 0") }
      guard lower >= 0, lower <= upper, upper <= result.shape[axis] else { trap(slice) }
      var (shape, strides) = (result.shape, result.strides)
      let stride = strides[axis]
      let length = upper - lower
      var start = result.offset
      if length == 0 {
        shape[axis] = 0
      } else {
        let last = Int(UInt(length - 1) / step.magnitude)
        shape[axis] = last + 1
        // A step beyond the range leaves one element, whose stride means nothing.
        strides[axis] = last == 0 ? stride : stride &* step
        start = offset(of: step > 0 ? lower : upper - 1, stride)
      }
      result = Layout(unchecked: shape, strides: strides, itemSize: result.itemSize, offset: start)
      axis += 1
    }

    // Without elements there is nowhere to point to, and the strides need not fit an address.
    private func offset(of index: Int, _ stride: Int) -> Int {
      result.isEmpty ? result.offset : result.offset + index * stride
    }

    private func trap(_ slice: AxisSlice) -> Never {
      fatalError("Layout: axis \(position) has extent \(result.shape[axis]), asked for \(slice)")
    }
  }
}
