extension Layout {
  /// The array with its axes in reverse order, `a.T` in NumPy.
  public func transposed() -> Layout {
    Layout(
      unchecked: PerAxis(shape.reversed()), strides: PerAxis(strides.reversed()), itemSize: itemSize,
      offset: offset)
  }

  /// The array with its axes in another order: axis `n` of the result is axis `axes[n]` of this one.
  ///
  /// Traps unless `axes` names every axis once.
  public func permuted(_ axes: PerAxis) -> Layout {
    var (newShape, newStrides) = (PerAxis(), PerAxis())
    for axis in axes where shape.indices.contains(axis) {
      newShape.append(shape[axis])
      newStrides.append(strides[axis])
    }
    guard axes.count == rank, shape.indices.allSatisfy(axes.contains) else {
      fatalError("Layout: \(axes) is not an order of the \(rank) axes of the array")
    }
    return Layout(unchecked: newShape, strides: newStrides, itemSize: itemSize, offset: offset)
  }

  /// The array with the indices of one axis running backwards, `a[::-1]` in NumPy.
  ///
  /// Traps if there is no such axis.
  public func reversed(axis: Int) -> Layout {
    guard axis >= 0, axis < rank else { PerAxis.trapOnAxis(axis, count: rank) }
    return slicing(axis: axis, range: 0..<shape[axis], by: -1)
  }

  /// The array turned clockwise in the plane of two axes, `numpy.rot90(a, -quarterTurns, (rows, columns))`.
  ///
  /// Seen with axis `rows` pointing down and axis `columns` to the right. One turn takes the element at
  /// `[r, c]` to `[c, n - 1 - r]`, where `n` is the extent of `rows`.
  ///
  /// - Parameter quarterTurns: Any number; negative ones turn anticlockwise, and four turns are none.
  ///
  /// Traps unless `rows` and `columns` are two different axes.
  public func turned(clockwise quarterTurns: Int, rows: Int = 0, columns: Int = 1) -> Layout {
    guard rows != columns, rows >= 0, rows < rank, columns >= 0, columns < rank else {
      fatalError("Layout: axes \(rows) and \(columns) span no plane of an array of rank \(rank)")
    }
    switch quarterTurns & 3 {
    case 1: return swapping(rows, columns).reversed(axis: columns)
    case 2: return reversed(axis: rows).reversed(axis: columns)
    case 3: return swapping(rows, columns).reversed(axis: rows)
    default: return self
    }
  }

  private func swapping(_ one: Int, _ other: Int) -> Layout {
    var (shape, strides) = (shape, strides)
    shape.swapAt(one, other)
    strides.swapAt(one, other)
    return Layout(unchecked: shape, strides: strides, itemSize: itemSize, offset: offset)
  }
}
