/// A buffer under its slices: the axes in front of `axis` are done.
@safe struct BufferSlicing {
  private(set) var start: UnsafeMutableRawPointer
  private var extents: [Int]
  private var steps: [Int]
  private var suboffsets: [Int]
  private let original: BufferStructure
  private var axis = 0
  /// The axis of the array that was there at first, for errors.
  private var position = 0

  init(_ start: UnsafeMutableRawPointer, _ structure: BufferStructure) {
    unsafe self.start = start
    original = structure
    extents = structure.extents
    steps = structure.steps
    suboffsets = structure.suboffsets ?? [Int](repeating: -1, count: extents.count)
  }

  func structure() throws(BufferError) -> BufferStructure {
    try BufferStructure(
      itemsize: original.elementSize, format: original.isBytesAlone ? "B" : original.format, shape: extents,
      strides: steps, suboffsets: suboffsets, readonly: original.readonly)
  }

  mutating func apply(_ slice: AxisSlice) throws(BufferError) {
    guard slice.kind != .omitted else { return }
    guard axis < extents.count else { throw .index(axis: position, extent: nil, found: "\(slice)") }
    let extent = extents[axis]
    switch slice.kind {
    case .index(let index): try select(index, slice)
    case .between(let lower, let upper, let step):
      try narrow(from: lower, to: upper ?? extent, by: step, slice)
    case .first(let count): try narrow(from: 0, to: count, by: 1, slice)
    case .last(let count):
      guard (0...extent).contains(count) else { throw outside(slice) }
      try narrow(from: extent - count, to: extent, by: 1, slice)
    case .dropLast(let count):
      guard (0...extent).contains(count) else { throw outside(slice) }
      try narrow(from: 0, to: extent - count, by: 1, slice)
    case .omitted: return
    }
    position += 1
  }

  private mutating func select(_ index: Int, _ slice: AxisSlice) throws(BufferError) {
    guard (0..<extents[axis]).contains(index) else { throw outside(slice) }
    try move(by: index)
    let suboffset = suboffsets[axis]
    if suboffset >= 0 { try follow(suboffset) }
    extents.remove(at: axis)
    steps.remove(at: axis)
    suboffsets.remove(at: axis)
  }

  private mutating func narrow(
    from lower: Int, to upper: Int, by step: Int, _ slice: AxisSlice
  ) throws(BufferError) {
    guard step != 0 else {
      throw .invalid(part: "slice of axis \(position)", expected: "a step other than 0", found: "\(slice)")
    }
    guard lower >= 0, lower <= upper, upper <= extents[axis] else { throw outside(slice) }
    let length = upper - lower
    let last = length == 0 ? -1 : Int(UInt(length - 1) / step.magnitude)
    if length > 0 { try move(by: step > 0 ? lower : upper - 1) }
    extents[axis] = last + 1
    // A step beyond the range leaves one element, whose stride means nothing.
    if last > 0 { steps[axis] *= step }
    axis += 1
  }

  /// Goes along the axis: behind the last pointer on the way to it, or from the start if there is none.
  private mutating func move(by count: Int) throws(BufferError) {
    // Without elements there is nowhere to go, and the distance need not be countable.
    guard !extents.contains(0) else { return }
    let distance = count * steps[axis]
    if let pointer = suboffsets[..<axis].lastIndex(where: { $0 >= 0 }) {
      let suboffset = suboffsets[pointer] + distance
      guard suboffset >= 0 else {
        throw .invalid(
          part: "suboffset of axis \(pointer)",
          expected: "a slice that begins behind what its pointers point to",
          found: "\(suboffset) bytes")
      }
      suboffsets[pointer] = suboffset
    } else {
      unsafe start += distance
    }
  }

  /// Follows the pointer of an axis that is left out: at once, or along the axis in front of it.
  private mutating func follow(_ suboffset: Int) throws(BufferError) {
    guard !extents.contains(0) else { return }
    if axis == 0 {
      unsafe start = start.followed(by: suboffset)
      return
    }
    guard suboffsets[axis - 1] < 0 else { throw .twoPointers(axis: position) }
    suboffsets[axis - 1] = suboffset
  }

  private func outside(_ slice: AxisSlice) -> BufferError {
    .index(axis: position, extent: extents[axis], found: "\(slice)")
  }
}
