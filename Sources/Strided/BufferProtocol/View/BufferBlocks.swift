/// The elements of a buffer as blocks that have no pointers within and few enough axes for one copy each.
///
/// Leading axes, up to the last one that leads to pointers, are walked one index at a time; what is behind them is one
/// layout for all blocks.
struct BufferBlocks {
  /// How many axes are walked.
  let walkedAxes: Int
  /// Extents of the walked axes.
  let outer: [Int]
  /// Where the elements of each block lie, counted from where its index leads.
  let block: Layout
  /// Which index of the walked axes reaches a place, where several do: the last.
  private let lastOnly: [Bool]

  /// - Parameter order: The order in which the elements follow each other in contiguous memory.
  /// - Parameter isDestination: Whether elements are written: of those that share a place the last one stays.
  init(_ structure: BufferStructure, isDestination: Bool) {
    let (extents, steps) = (structure.extents, structure.steps)
    let behindPointers = structure.suboffsets?.lastIndex { $0 >= 0 }.map { $0 + 1 } ?? 0
    walkedAxes = max(behindPointers, extents.count - PerAxis.maximumRank)
    outer = Array(extents[..<walkedAxes])
    block = Layout(
      shape: PerAxis(extents[walkedAxes...]), strides: PerAxis(steps[walkedAxes...]),
      itemSize: structure.elementSize)
    lastOnly = extents.indices.map { isDestination && steps[$0] == 0 && extents[$0] > 1 }
  }

  /// Copies all elements between the buffer and contiguous memory whose strides are given.
  func copy(
    _ view: borrowing BufferView, contiguous: UnsafeMutableRawPointer, strides: [Int], toContiguous: Bool
  ) {
    var (inner, other) = (
      block,
      Layout(shape: block.shape, strides: PerAxis(strides[walkedAxes...]), itemSize: block.itemSize)
    )
    for axis in block.shape.indices where lastOnly[walkedAxes + axis] {
      let last = block.shape[axis] - 1
      inner = inner.slicing(axis: axis, range: last..<(last + 1))
      other = other.slicing(axis: axis, range: last..<(last + 1))
    }
    let copy = toContiguous ? StridedCopy(from: inner, to: other) : StridedCopy(from: other, to: inner)
    var index = [Int](repeating: 0, count: walkedAxes)
    repeat {
      let place = unsafe view.address(at: index)
      let distance = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
      if toContiguous {
        unsafe copy.execute(from: place, to: contiguous + distance)
      } else {
        unsafe copy.execute(from: contiguous + distance, to: place)
      }
    } while advance(&index)
  }

  /// The next index in the order of C, or `false` behind the last.
  private func advance(_ index: inout [Int]) -> Bool {
    for axis in index.indices.reversed() {
      index[axis] += 1
      if index[axis] < outer[axis] { return true }
      index[axis] = 0
    }
    return false
  }
}
