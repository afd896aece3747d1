// By number of axes, since an index written as a literal may cost an allocation where it is not optimised away.
extension Layout {
  @inlinable @inline(__always)
  func byteOffset(_ i: Int) -> Int {
    guard shape.length == 1, i >= 0, i < shape.values[0] else { trapOnIndex([i]) }
    return offset &+ i &* strides.values[0]
  }

  @inlinable @inline(__always)
  func byteOffset(_ i: Int, _ j: Int) -> Int {
    guard shape.length == 2, i >= 0, i < shape.values[0], j >= 0, j < shape.values[1] else {
      trapOnIndex([i, j])
    }
    return offset &+ i &* strides.values[0] &+ j &* strides.values[1]
  }

  @inlinable @inline(__always)
  func byteOffset(_ i: Int, _ j: Int, _ k: Int) -> Int {
    guard shape.length == 3, i >= 0, i < shape.values[0], j >= 0, j < shape.values[1], k >= 0,
      k < shape.values[2]
    else { trapOnIndex([i, j, k]) }
    return offset &+ i &* strides.values[0] &+ j &* strides.values[1] &+ k &* strides.values[2]
  }

  @inlinable @inline(__always)
  func byteOffset(_ i: Int, _ j: Int, _ k: Int, _ l: Int) -> Int {
    guard shape.length == 4, i >= 0, i < shape.values[0], j >= 0, j < shape.values[1], k >= 0,
      k < shape.values[2], l >= 0, l < shape.values[3]
    else { trapOnIndex([i, j, k, l]) }
    let plane = offset &+ i &* strides.values[0] &+ j &* strides.values[1]
    return plane &+ k &* strides.values[2] &+ l &* strides.values[3]
  }
}
