// The subscripts by slices are disfavoured: `view[i, j, k]` means an element, and arithmetic on several of them takes
// the compiler too long where it weighs slices as well.
extension MutableStridedView {
  /// The part of the array that a slice of its first axis selects; no element is moved.
  ///
  ///     view[.first(3)].fill(0)              // a[:3] = 0 in NumPy
  ///     view[1..<5, .all, 3] = other         // a[1:5, :, 3] = other
  ///
  /// Axes behind the last slice are taken whole. Assigning a view copies its elements. Traps if there are more
  /// slices than axes, a step is 0, or an index or a bound lies outside its axis; an assignment, if the shapes
  /// differ. With more than four axes to slice, use ``sliced(by:)``.
  @inlinable @_disfavoredOverload
  public subscript(_ first: some AxisSelection) -> MutableStridedView {
    @_lifetime(&self) mutating get { with(layout[first]) }
    @_lifetime(&self) _modify {
      let (owner, place) = unsafe (base, layout[first])
      var part = with(place)
      yield &part
      unsafe part.settle(in: owner, place)
    }
  }

  /// The part of the array that slices of its first two axes select; no element is moved.
  ///
  /// Traps like the subscript by one slice.
  @inlinable @_disfavoredOverload
  public subscript(_ first: some AxisSelection, _ second: some AxisSelection) -> MutableStridedView {
    @_lifetime(&self) mutating get { with(layout[first, second]) }
    @_lifetime(&self) _modify {
      let (owner, place) = unsafe (base, layout[first, second])
      var part = with(place)
      yield &part
      unsafe part.settle(in: owner, place)
    }
  }

  /// The part of the array that slices of its first three axes select; no element is moved.
  ///
  /// Traps like the subscript by one slice.
  @inlinable @_disfavoredOverload
  public subscript(
    _ first: some AxisSelection, _ second: some AxisSelection, _ third: some AxisSelection
  ) -> MutableStridedView {
    @_lifetime(&self) mutating get { with(layout[first, second, third]) }
    @_lifetime(&self) _modify {
      let (owner, place) = unsafe (base, layout[first, second, third])
      var part = with(place)
      yield &part
      unsafe part.settle(in: owner, place)
    }
  }

  /// The part of the array that slices of its first four axes select; no element is moved.
  ///
  /// Traps like the subscript by one slice.
  @inlinable @_disfavoredOverload
  public subscript(
    _ first: some AxisSelection, _ second: some AxisSelection, _ third: some AxisSelection,
    _ fourth: some AxisSelection
  ) -> MutableStridedView {
    @_lifetime(&self) mutating get { with(layout[first, second, third, fourth]) }
    @_lifetime(&self) _modify {
      let (owner, place) = unsafe (base, layout[first, second, third, fourth])
      var part = with(place)
      yield &part
      unsafe part.settle(in: owner, place)
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

  // Another view that was assigned to a part must not be forgotten: it says what the part's elements shall be.
  @unsafe @inlinable
  func settle(in owner: UnsafeMutableRawPointer, _ place: Layout) {
    guard unsafe base != owner || layout != place else { return }
    unsafe StridedCopy(from: layout, to: place).execute(from: UnsafeRawPointer(base), to: owner)
  }

  // Only for layouts of elements of this view.
  @inlinable @_lifetime(&self)
  mutating func with(_ layout: Layout) -> MutableStridedView {
    unsafe _overrideLifetime(MutableStridedView(unsafeStart: base, layout: layout), mutating: &self)
  }
}
