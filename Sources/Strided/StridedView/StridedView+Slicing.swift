// The subscript by slices is disfavoured: `view[i, j, k]` means an element, and arithmetic on several of them takes
// the compiler too long where it weighs slices as well.
extension StridedView {
  /// The part of the array that one slice per axis selects; no element is moved.
  ///
  ///     view[1..<5, .all, 3]                 // a[1:5, :, 3] in NumPy
  ///
  /// Axes behind the last slice are taken whole. Traps if there are more slices than axes, a step is 0, or an
  /// index or a bound lies outside its axis.
  @inlinable @_disfavoredOverload
  public subscript<each Selection: AxisSelection>(
    _ selections: repeat each Selection
  ) -> StridedView {
    @_lifetime(copy self) get {
      var slicing = Layout.Slicing(layout)
      for selection in repeat each selections { slicing.apply(selection.axisSlice) }
      return with(slicing.result)
    }
  }

  /// The part of the array that a list of slices selects, for slices whose number is known only at run time.
  ///
  /// Traps like the subscript.
  @inlinable @_lifetime(copy self)
  public func sliced(by slices: some Sequence<AxisSlice>) -> StridedView {
    with(layout.sliced(by: slices))
  }

  /// The array with its axes in reverse order; no element is moved.
  @inlinable @_lifetime(copy self)
  public func transposed() -> StridedView {
    with(layout.transposed())
  }

  /// The array with its axes in another order: axis `n` of the result is axis `axes[n]` of this one.
  ///
  /// Traps unless `axes` names every axis once.
  @inlinable @_lifetime(copy self)
  public func permuted(_ axes: PerAxis) -> StridedView {
    with(layout.permuted(axes))
  }

  /// The array with the indices of one axis running backwards; no element is moved.
  ///
  /// Traps if there is no such axis.
  @inlinable @_lifetime(copy self)
  public func reversed(axis: Int) -> StridedView {
    with(layout.reversed(axis: axis))
  }

  // Only for layouts of elements of this view.
  @inlinable @_lifetime(copy self)
  func with(_ layout: Layout) -> StridedView {
    unsafe _overrideLifetime(StridedView(unsafeStart: base, layout: layout), copying: self)
  }
}
