import Strided

extension LoweredLinks {
  /// The way back from halo cells to their owners.
  ///
  /// - Parameters:
  ///   - pieces: The pieces of the update whose adjoint this is.
  ///   - combination: How what comes back is combined into owned cells.
  ///   - rank: This rank.
  init(returning pieces: LinkPieces, combining combination: Combination, rank: Int) {
    addPhase(sends: pieces.receives, receives: pieces.sends, rank: rank) { lowered, pieces, exchange in
      lowered.addCombines(pieces, combination, to: &exchange)
    } wraps: { lowered in
      lowered.copiesWithin.append(pieces.pairs(within: rank))
      for (sender, receiver) in pieces.pairs(within: rank) {
        lowered.wrapPasses.append(
          Wrap.Pass(
            source: receiver.field, destination: sender.field,
            pass: sender.combining(combination, from: receiver.layout)))
      }
    }
    self.combination = combination
    findStableCells()
  }

  private mutating func addCombines(
    _ pieces: [LinkPiece], _ combination: Combination, to exchange: inout Exchange
  ) {
    let first = combines.count
    for piece in pieces {
      let offset = place(piece, in: &exchange)
      let message = Layout(contiguous: piece.layout.shape, itemSize: piece.layout.itemSize)
      combines.append(
        Combine(
          field: piece.field, offset: offset, pass: piece.combining(combination, from: message)))
    }
    exchange.combines = first..<combines.count
  }
}

extension LinkPiece {
  /// The pass that combines what comes back into the cells of this piece, turned and with its sign as it left.
  func combining(_ combination: Combination, from values: Layout) -> StridedArithmetic {
    guard
      let pass = StridedArithmetic(combination, from: values, to: layout, of: dtype, negative: changesSign)
    else { fatalError("Halo: values of type \(dtype) have no \(combination)") }
    return pass
  }
}
