import Strided

extension LoweredLinks {
  /// The unpacking of every exchange in as few sweeps as possible.
  ///
  /// Where one peer is the neighbour on both sides of the fastest axis, both its faces arrive in one message, and
  /// their halo cells at the end of a row and the start of the next lie side by side. Packing gains nothing so: what
  /// is sent of two rows is two halos apart.
  ///
  /// - Returns: The copies, counted from the first byte of all messages, and which of them belong to each exchange.
  func fusedUnpacks() -> (copies: [Part], ranges: [Range<Int>]) {
    var copies: [Part] = []
    let ranges = exchanges.map { exchange in
      let start = copies.count
      var groups = CopyGroups<Int>()
      for part in unpacks[exchange.unpacks] {
        groups.add(part.copy.moved(source: part.offset, destination: 0), between: part.field)
      }
      for (field, copy) in groups.fused() {
        copies.append(Part(field: field, offset: 0, copy: copy))
      }
      return start..<copies.count
    }
    return (copies, ranges)
  }
}
