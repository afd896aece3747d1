extension MutableStridedView {
  /// The part of the array that one slice per axis selects; no element is moved.
  ///
  ///     view[1..<5, .all, 3].fill(0)         // a[1:5, :, 3] = 0 in NumPy
  ///
  /// Axes behind the last slice are taken whole. Traps if there are more slices than axes, a step is 0, or an
  /// index or a bound lies outside its axis.
  // One parameter per axis, since a parameter pack is not possible where a view that cannot be copied is lent.
  @inlinable public subscript(
    _ first: some AxisSelection, _ second: some AxisSelection = AxisSlice.omitted,
    _ third: some AxisSelection = AxisSlice.omitted, _ fourth: some AxisSelection = AxisSlice.omitted,
    _ fifth: some AxisSelection = AxisSlice.omitted, _ sixth: some AxisSelection = AxisSlice.omitted,
    _ seventh: some AxisSelection = AxisSlice.omitted, _ eighth: some AxisSelection = AxisSlice.omitted
  ) -> MutableStridedView {
    @_lifetime(&self) mutating get {
      with(layout[first, second, third, fourth, fifth, sixth, seventh, eighth])
    }
    @_lifetime(&self) _modify {
      var part = with(layout[first, second, third, fourth, fifth, sixth, seventh, eighth])
      yield &part
    }
  }

  /// The part of the array that a list of slices selects, for slices whose number is known only at run time.
  ///
  /// Traps like the subscript.
  @inlinable @_lifetime(&self)
  public mutating func sliced(by slices: some Sequence<AxisSlice>) -> MutableStridedView {
    with(layout.sliced(by: slices))
  }

  /// The array with its axes in reverse order; no element is moved.
  @inlinable @_lifetime(&self)
  public mutating func transposed() -> MutableStridedView {
    with(layout.transposed())
  }

  /// The array with its axes in another order: axis `n` of the result is axis `axes[n]` of this one.
  ///
  /// Traps unless `axes` names every axis once.
  @inlinable @_lifetime(&self)
  public mutating func permuted(_ axes: PerAxis) -> MutableStridedView {
    with(layout.permuted(axes))
  }

  /// The array with the indices of one axis running backwards; no element is moved.
  ///
  /// Traps if there is no such axis.
  @inlinable @_lifetime(&self)
  public mutating func reversed(axis: Int) -> MutableStridedView {
    with(layout.reversed(axis: axis))
  }

  // Only for layouts of elements of this view.
  @inlinable @_lifetime(&self)
  mutating func with(_ layout: Layout) -> MutableStridedView {
    unsafe _overrideLifetime(MutableStridedView(unsafeStart: base, layout: layout), mutating: &self)
  }
}
