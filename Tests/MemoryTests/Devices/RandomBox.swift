import SeededRandom
import Strided

/// A box of an array of its own in some memory.
struct RandomBox {
  let memory: Int
  let offset: Int
  let layout: Layout

  /// `nil` if there is no room left.
  ///
  /// - Parameters:
  ///   - byteCount: The bytes of every memory.
  ///   - next: How many of them are taken, memory by memory.
  init?(
    _ itemSize: Int, _ shape: PerAxis, within byteCount: Int, _ next: inout [Int], _ chance: inout Chance
  ) {
    memory = chance.number(in: 0...(next.count - 1))
    var whole = shape
    for axis in shape.indices { whole[axis] += chance.number(in: 0...2) }
    let array = Layout(
      contiguous: whole, itemSize: itemSize, order: chance.happens(oneIn: 2) ? .c : .fortran)
    var part = array
    for axis in shape.indices {
      let start = chance.number(in: 0...(whole[axis] - shape[axis]))
      part = part.slicing(axis: axis, range: start..<(start + shape[axis]))
      if chance.happens(oneIn: 4) { part = part.reversed(axis: axis) }
    }
    // As elements lie in arrays: at multiples of their alignment.
    let alignment = itemSize == 24 ? 8 : itemSize
    offset = (next[memory] + chance.number(in: 0...20) + alignment - 1) / alignment * alignment
    let end = offset + array.byteCount
    guard end <= byteCount else { return nil }
    next[memory] = end
    layout = part
  }
}
