extension Layout {
  /// Whether the elements fill their bytes without gaps in C or in Fortran order.
  @inlinable public var isContiguous: Bool {
    isContiguous(in: .c) || isContiguous(in: .fortran)
  }

  /// Whether the elements fill their bytes without gaps, the last (C) or the first (Fortran) axis fastest.
  ///
  /// As in NumPy, the stride of an axis of extent 1 does not matter, and an array without elements is contiguous
  /// in both orders; so is a 0-dimensional one.
  @inlinable public func isContiguous(in order: Order) -> Bool {
    guard !isEmpty else { return true }
    var expected = itemSize
    for position in 0..<shape.count {
      let axis = order == .c ? shape.count - 1 - position : position
      let extent = shape.values[axis]
      guard extent != 1 else { continue }
      guard strides.values[axis] == expected else { return false }
      expected &*= extent
    }
    return true
  }
}
