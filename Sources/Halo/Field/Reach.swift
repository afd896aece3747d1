/// The cells that may be touched, and along which axis as rows.
@usableFromInline
@frozen
struct Reach<let Rank: Int>: BitwiseCopyable {
  @usableFromInline let box: Box<Rank>
  /// Where rows along each axis start: beyond every cell for those along which cells are not contiguous, so that
  /// one comparison refuses both.
  @usableFromInline let rowStarts: InlineArray<Rank, Int>

  init(_ box: Box<Rank>, rowAxis: Int) {
    self.box = box
    rowStarts = InlineArray { $0 == rowAxis ? box.lower[$0] : .max }
  }

  /// Whether `count` cells along an axis, from `cell` on, lie in the box, whose upper bounds are not negative, and
  /// are contiguous.
  @inlinable
  @inline(__always)
  func containsRow(from cell: InlineArray<Rank, Int>, count: Int, along axis: Int) -> Bool {
    for other in 0..<Rank
    where other != axis && (cell[other] < box.lower[other] || cell[other] >= box.upper[other]) {
      return false
    }
    // The bound less the count, for a sum of cell and count could wrap around and pass.
    return cell[axis] >= rowStarts[axis] && cell[axis] <= box.upper[axis] &- count
  }
}

// What all views of a field do alike: where a cell lies, and what to say of one that is out of reach.

@inlinable
@inline(__always)
func elementOffset<let Rank: Int>(
  of cell: InlineArray<Rank, Int>, strides: InlineArray<Rank, Int>
) -> Int {
  var offset = 0
  for axis in 0..<Rank { offset = offset &+ cell[axis] &* strides[axis] }
  return offset
}

/// Elements from the origin to a cell of a field whose cells follow each other along `rowAxis`.
@inlinable
@inline(__always)
func elementOffset<let Rank: Int>(
  ofRowFrom cell: InlineArray<Rank, Int>, along rowAxis: Int, strides: InlineArray<Rank, Int>
) -> Int {
  var offset = cell[rowAxis]
  for axis in 0..<Rank where axis != rowAxis { offset = offset &+ cell[axis] &* strides[axis] }
  return offset
}

@usableFromInline
@inline(never)
func refuseCell<let Rank: Int>(
  _ cell: InlineArray<Rank, Int>, reach: Box<Rank>, writing: Bool, limit: ReachLimit
) -> Never {
  refuse((0..<Rank).map { "\(cell[$0])" }, reach: reach, writing: writing, limit: limit)
}

@usableFromInline
@inline(never)
func refuseRow<let Rank: Int>(
  from cell: InlineArray<Rank, Int>, count: Int, along axis: Int, rowAxis: Int, reach: Box<Rank>,
  writing: Bool, limit: ReachLimit
) -> Never {
  guard axis == rowAxis else {
    let range = (0..<Rank).map { $0 == rowAxis ? "range" : "i" }.joined(separator: ", ")
    fatalError(
      "Halo: a row along axis \(axis) of a field whose cells are contiguous along axis \(rowAxis): "
        + "take row(\(range)), or make the field with order: \(rowAxis == 0 ? ".c" : ".fortran")")
  }
  var place = (0..<Rank).map { "\(cell[$0])" }
  if count != 1 { place[axis] += "..<\(cell[axis] &+ count)" }
  refuse(place, reach: reach, writing: writing, limit: limit)
}

func refuse<let Rank: Int>(_ place: [String], reach: Box<Rank>, writing: Bool, limit: ReachLimit) -> Never {
  let cells = "[" + place.joined(separator: ", ") + "]"
  switch (limit, writing) {
  case (.slab, _):
    fatalError(
      "Halo: cell \(cells) lies outside the slab \(reach) that this call of the kernel may write: "
        + "the others are written at the same time")
  case (.field, _) where reach.isEmpty:
    fatalError(
      "Halo: cell \(cells) of a field in a device's memory, which the processor cannot touch: "
        + "assign the field to one in the process's memory, or use its deviceArray in kernels")
  case (.field, _):
    fatalError("Halo: cell \(cells) lies outside the field and its halo, which reach over \(reach)")
  case (.flight, false):
    fatalError(
      "Halo: reading cell \(cells) while an exchange is receiving the halo: "
        + "until it ends, read the owned cells \(reach) only")
  case (.flight, true):
    fatalError(
      "Halo: writing cell \(cells) while an exchange is sending or receiving it: "
        + "until it ends, write \(reach) only, or another field")
  }
}
