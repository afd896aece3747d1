import Strided

extension LoweredLinks {
  /// The unpacking of every exchange in as few sweeps as possible.
  ///
  /// Where one peer is the neighbour on both sides of the fastest axis, both its faces arrive in one message, and
  /// their halo cells at the end of a row and the start of the next lie side by side. Packing gains nothing so: what
  /// is sent of two rows is two halos apart.
  ///
  /// - Returns: The copies, counted from the first byte of all messages, and which of them belong to each exchange.
  func fusedUnpacks() -> (copies: [HaloProgram.Part], ranges: [Range<Int>]) {
    var copies: [HaloProgram.Part] = []
    let ranges = exchanges.map { exchange in
      let start = copies.count
      var rest = unpacks[exchange.unpacks]
      while let field = rest.first?.field {
        let parts = rest.prefix { $0.field == field }
        let moved = parts.map { $0.copy.moved(source: $0.offset, destination: 0) }
        for copy in StridedCopy.fused(moved, inPlace: false) {
          copies.append(HaloProgram.Part(field: field, offset: 0, copy: copy))
        }
        rest = rest.dropFirst(parts.count)
      }
      return start..<copies.count
    }
    return (copies, ranges)
  }
}
