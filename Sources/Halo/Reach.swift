// What all views of a field do alike: where a cell lies, and what to say of one that is out of reach.

@inlinable
@inline(__always)
func elementOffset<let Rank: Int>(
  of cell: InlineArray<Rank, Int>, strides: InlineArray<Rank, Int>
) -> Int {
  var offset = cell[Rank - 1]
  for axis in 0..<Rank - 1 { offset = offset &+ cell[axis] &* strides[axis] }
  return offset
}

@usableFromInline
@inline(never)
func outOfReach<let Rank: Int>(
  _ cell: InlineArray<Rank, Int>, count: Int, reach: Box<Rank>, writing: Bool, isInFlight: Bool
) -> Never {
  var place: [String] = []
  for axis in 0..<Rank { place.append("\(cell[axis])") }
  if count != 1 { place[Rank - 1] += "..<\(cell[Rank - 1] &+ count)" }
  let cells = "[" + place.joined(separator: ", ") + "]"
  switch (isInFlight, writing) {
  case (false, _):
    fatalError("Halo: cell \(cells) lies outside the field and its halo, which reach over \(reach)")
  case (true, false):
    fatalError(
      "Halo: reading cell \(cells) while an exchange is receiving the halo: "
        + "until it ends, read the owned cells \(reach) only")
  case (true, true):
    fatalError(
      "Halo: writing cell \(cells) while an exchange is sending or receiving it: "
        + "until it ends, write \(reach) only, or another field")
  }
}
