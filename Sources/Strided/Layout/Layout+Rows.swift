extension Layout {
  /// Whether the elements of the last axis follow each other in memory.
  @inlinable @inline(__always)
  package var hasRows: Bool {
    guard shape.length > 0 else { return true }
    return strides.values[shape.length - 1] == itemSize || shape.values[shape.length - 1] <= 1
  }

  /// Elements in a row along the last axis; one in an array without axes.
  @inlinable @inline(__always)
  var rowCount: Int {
    shape.length > 0 ? shape.values[shape.length - 1] : 1
  }

  /// The extents of all axes but the last.
  @usableFromInline var leadingShape: PerAxis {
    var leading = shape
    if !leading.isEmpty { leading.remove(at: rank - 1) }
    return leading
  }

  @inlinable
  func rowOffset(of leading: PerAxis) -> Int {
    guard hasRows, leading.length == Swift.max(shape.length - 1, 0) else { trapOnRow(leading) }
    var bytes = offset
    for axis in 0..<leading.length {
      let position = leading.values[axis]
      guard position >= 0, position < shape.values[axis] else { trapOnRow(leading) }
      bytes &+= position &* strides.values[axis]
    }
    return bytes
  }

  @inlinable @inline(__always)
  func rowOffset() -> Int {
    guard hasRows, shape.length == 1 else { trapOnRow([]) }
    return offset
  }

  @inlinable @inline(__always)
  func rowOffset(_ i: Int) -> Int {
    guard hasRows, shape.length == 2, i >= 0, i < shape.values[0] else { trapOnRow([i]) }
    return offset &+ i &* strides.values[0]
  }

  @inlinable @inline(__always)
  func rowOffset(_ i: Int, _ j: Int) -> Int {
    guard hasRows, shape.length == 3, i >= 0, i < shape.values[0], j >= 0, j < shape.values[1] else {
      trapOnRow([i, j])
    }
    return offset &+ i &* strides.values[0] &+ j &* strides.values[1]
  }

  @inlinable @inline(__always)
  func rowOffset(_ i: Int, _ j: Int, _ k: Int) -> Int {
    guard hasRows, shape.length == 4, i >= 0, i < shape.values[0], j >= 0, j < shape.values[1], k >= 0,
      k < shape.values[2]
    else { trapOnRow([i, j, k]) }
    return offset &+ i &* strides.values[0] &+ j &* strides.values[1] &+ k &* strides.values[2]
  }

  @usableFromInline @inline(never)
  func trapOnRow(_ leading: PerAxis) -> Never {
    guard hasRows else {
      fatalError(
        "StridedView: no rows: elements of the last axis are \(strides[rank - 1]) bytes apart, not \(itemSize)"
      )
    }
    fatalError("StridedView: row \(leading) is outside an array of shape \(shape)")
  }
}
