public import Strided

/// When two elements are equal.
public enum ElementEquality: Hashable, Sendable {
  /// Numbers of the same value are, and so are NaNs, whatever their bits: NumPy's `array_equal` with `equal_nan`.
  ///
  /// A complex number is a NaN if one of its parts is. 0 and −0 are equal.
  case valueOrNaN
  /// Numbers of the same value are; a NaN equals nothing, not even itself. 0 and −0 are equal.
  case value
  /// Elements of the same bytes are: a NaN equals itself, 0 and −0 differ.
  case bits
}

extension ArrayBuffer {
  /// Whether every element equals a value.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - equality: When two elements are equal; structs of your own are by their bits.
  /// - Returns: `true` for an array without elements, and `false` if the value is of another type.
  /// - Throws: `ArrayBufferError` if the elements cannot be copied to the host.
  /// - Complexity: O(elements).
  public func allEqual<Element: ArrayElement>(
    _ value: Element, by equality: ElementEquality = .valueOrNaN
  ) throws(ArrayBufferError) -> Bool {
    let one = try ArrayBuffer(shape: [], repeating: value)
    let everywhere = Layout(
      shape: shape, strides: PerAxis(repeating: 0, count: rank), itemSize: one.layout.itemSize)
    return try allEqual(ArrayBuffer(one.block, everywhere, one.dtype), by: equality)
  }

  /// Whether the elements equal those of another array, of any memory space, index by index.
  ///
  /// - Parameters:
  ///   - other: The other array.
  ///   - equality: When two elements are equal; structs of your own are by their bits.
  /// - Returns: `false` if shapes or types differ.
  /// - Throws: `ArrayBufferError` if the elements cannot be copied to the host.
  /// - Complexity: O(elements).
  public func allEqual(
    _ other: ArrayBuffer, by equality: ElementEquality = .valueOrNaN
  ) throws(ArrayBufferError) -> Bool {
    guard dtype == other.dtype, shape == other.shape else { return false }
    let comparison = ElementComparison(dtype, equality)
    let packed = try copied(to: .host), others = try other.copied(to: .host)
    return try unsafe packed.onHostBytes(writing: false) { mine throws(ArrayBufferError) in
      try unsafe others.onHostBytes(writing: false) { theirs in
        unsafe comparison.allEqual(mine, theirs, count: count)
      }
    }
  }
}
