extension BufferStructure {
  /// Whether the elements follow each other without gaps in an order: `PyBuffer_IsContiguous`.
  ///
  /// As in Python, the stride of an axis of extent 1 does not matter, a buffer without elements is contiguous in every
  /// order, and one with suboffsets in none.
  public func isContiguous(in order: BufferOrder) -> Bool {
    guard suboffsets == nil else { return false }
    guard len > 0 else { return true }
    return switch order {
    case .c: isContiguous(axes: extents.indices.reversed())
    case .fortran: isContiguous(axes: extents.indices)
    case .any: isContiguous(in: .c) || isContiguous(in: .fortran)
    }
  }

  private func isContiguous(axes: some Sequence<Int>) -> Bool {
    var expected = elementSize
    let (extents, steps) = (extents, steps)
    for axis in axes where extents[axis] != 1 {
      guard steps[axis] == expected else { return false }
      expected *= extents[axis]
    }
    return true
  }

  /// The strides of contiguous memory: `PyBuffer_FillContiguousStrides`.
  ///
  /// ```swift
  /// BufferStructure.contiguousStrides(shape: [2, 3, 4], itemsize: 8, order: .fortran)     // [8, 16, 48]
  /// ```
  ///
  /// - Parameters:
  ///   - shape: Items along each axis, none negative.
  ///   - itemsize: The bytes of one item.
  ///   - order: Which axis is fastest; `.any` is C order.
  /// - Returns: One number an axis; 0 from where they could not be counted in an `Int`.
  public static func contiguousStrides(shape: [Int], itemsize: Int, order: BufferOrder) -> [Int] {
    var strides = [Int](repeating: 0, count: shape.count)
    var stride = itemsize
    for position in shape.indices {
      let axis = order == .fortran ? position : shape.count - 1 - position
      strides[axis] = stride
      let (product, overflow) = stride.multipliedReportingOverflow(by: shape[axis])
      stride = overflow ? 0 : product
    }
    return strides
  }

  /// The smallest range of bytes, counted from the address of the first element, that holds every element that lies
  /// behind no pointer; with suboffsets, every first pointer.
  public var byteBounds: Range<Int> {
    guard !isEmpty else { return 0..<0 }
    var (lower, upper) = (0, 0)
    for (axis, step) in steps.enumerated() {
      let reach = step * (extents[axis] - 1)
      if reach < 0 { lower += reach } else { upper += reach }
      if let suboffsets, suboffsets[axis] >= 0 { return lower..<(upper + FormatScalar.addressBytes) }
    }
    return lower..<(upper + elementSize)
  }

  /// Checks that every element lies within memory of so many bytes, of which `offset` are in front of the first element.
  ///
  /// The check of "NumPy-style: shape and strides" in the documentation of Python's buffer protocol, but for alignment:
  /// elements may lie anywhere.
  ///
  /// - Throws: `BufferError.outsideMemory` if one does not.
  public func check(withinBytes byteCount: Int, from offset: Int) throws(BufferError) {
    let bounds = byteBounds
    let (lower, below) = bounds.lowerBound.addingReportingOverflow(offset)
    let (upper, above) = bounds.upperBound.addingReportingOverflow(offset)
    guard !below, !above, lower >= 0, upper <= byteCount else {
      throw .outsideMemory(
        elements: below || above ? bounds : lower..<upper, memory: 0..<max(byteCount, 0))
    }
  }

  /// An axis along which several elements share one place.
  var sharedAxis: Int? {
    guard !isEmpty else { return nil }
    let steps = steps
    return extents.indices.first { extents[$0] > 1 && steps[$0] == 0 && (suboffsets?[$0] ?? -1) < 0 }
  }
}
