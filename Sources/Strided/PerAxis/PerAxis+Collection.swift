extension PerAxis: RandomAccessCollection, MutableCollection {
  /// The first axis, 0.
  @inlinable public var startIndex: Int { 0 }

  /// The number of axes.
  @inlinable public var endIndex: Int { count }

  /// The number of one axis.
  ///
  /// Traps if there is no such axis.
  @inlinable public subscript(axis: Int) -> Int {
    get {
      guard axis >= 0, axis < count else { PerAxis.trapOnAxis(axis, count: count) }
      return values[axis]
    }
    set {
      guard axis >= 0, axis < count else { PerAxis.trapOnAxis(axis, count: count) }
      values[axis] = newValue
    }
  }
}

extension PerAxis: ExpressibleByArrayLiteral {
  /// The numbers as written, first axis first.
  ///
  /// Traps if there are more than ``maximumRank``.
  @inlinable @inline(__always)
  public init(arrayLiteral elements: Int...) {
    // Inlined and by position, so that in most places the literal's array need never be made.
    self.init()
    guard elements.count <= PerAxis.maximumRank else { PerAxis.trapOnTooManyAxes() }
    for axis in 0..<elements.count { values[axis] = elements[axis] }
    length = elements.count
  }
}

extension PerAxis: Hashable {
  /// Whether both have as many axes and the same number on each.
  @inlinable public static func == (left: PerAxis, right: PerAxis) -> Bool {
    guard left.count == right.count else { return false }
    for axis in 0..<left.count where left.values[axis] != right.values[axis] { return false }
    return true
  }

  /// Feeds the number of axes and each axis's number.
  @inlinable public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for axis in 0..<count { hasher.combine(values[axis]) }
  }
}

extension PerAxis: CustomStringConvertible {
  /// The numbers as an array literal, `[64, 64, 32]`.
  public var description: String {
    "[" + map(String.init).joined(separator: ", ") + "]"
  }
}
