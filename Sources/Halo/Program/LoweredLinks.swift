import Strided

/// The pieces of all fields, laid out as one message a peer and phase, and as copies within the rank.
struct LoweredLinks {
  /// What one peer's messages of a phase are made of, and where they lie in the two staging allocations.
  struct Exchange {
    let peer: Int
    let phase: Int
    var packs = 0..<0
    var signs = 0..<0
    var unpacks = 0..<0
    var combines = 0..<0
    var sendOffset = 0
    var sendByteCount = 0
    var receiveOffset = 0
    var receiveByteCount = 0
  }

  var packs: [HaloProgram.Part] = []
  var signs: [HaloProgram.Sign] = []
  var unpacks: [HaloProgram.Part] = []
  var combines: [HaloProgram.Combine] = []
  var exchanges: [Exchange] = []
  var wraps: [HaloProgram.Wrap] = []
  var wrapPasses: [HaloProgram.Wrap.Pass] = []
  /// The exchanges and copies of each phase.
  var phases: [HaloProgram.Phase] = []
  var sendByteCount = 0
  var receiveByteCount = 0

  /// Parts start at multiples of this many bytes, so that elements are aligned in the message as in a field.
  private static let partAlignment = 16
  /// Messages start on cache lines of their own.
  private static let messageAlignment = 64

  /// The way from owned cells to halo cells.
  ///
  /// - Parameters:
  ///   - phases: The pieces of each phase; those of a phase may carry what the one before brought.
  ///   - rank: This rank, whose pieces to itself become copies.
  init(phases: [LinkPieces], rank: Int) {
    for pieces in phases {
      addPhase(sends: pieces.sends, receives: pieces.receives, rank: rank) { lowered, pieces, exchange in
        lowered.addUnpacks(pieces, to: &exchange)
      } wraps: { lowered in
        lowered.addWraps(pieces, rank: rank)
      }
    }
  }

  /// Lays out the messages of a phase; `unpack` says what is done with what comes, `wraps` what stays on the rank.
  mutating func addPhase(
    sends: [LinkPiece], receives: [LinkPiece], rank: Int,
    unpack: (inout LoweredLinks, [LinkPiece], inout Exchange) -> Void, wraps: (inout LoweredLinks) -> Void
  ) {
    let (exchange, wrap, pass) = (exchanges.count, self.wraps.count, wrapPasses.count)
    // Both ends sort by the key, which is all they must agree on.
    let sends = Dictionary(grouping: sends.sorted { $0.key < $1.key }, by: \.peer)
    let receives = Dictionary(grouping: receives.sorted { $0.key < $1.key }, by: \.peer)
    for peer in Set(sends.keys).union(receives.keys).subtracting([rank]).sorted() {
      var exchange = Exchange(
        peer: peer, phase: phases.count, sendOffset: sendByteCount, receiveOffset: receiveByteCount)
      addPacks(sends[peer, default: []], to: &exchange)
      unpack(&self, receives[peer, default: []], &exchange)
      sendByteCount += exchange.sendByteCount
      sendByteCount.round(upToMultipleOf: Self.messageAlignment)
      receiveByteCount += exchange.receiveByteCount
      receiveByteCount.round(upToMultipleOf: Self.messageAlignment)
      if exchange.sendByteCount + exchange.receiveByteCount > 0 { exchanges.append(exchange) }
    }
    wraps(&self)
    phases.append(
      HaloProgram.Phase(
        messages: exchange..<exchanges.count, wraps: wrap..<self.wraps.count,
        wrapPasses: pass..<wrapPasses.count))
  }

  private mutating func addPacks(_ pieces: [LinkPiece], to exchange: inout Exchange) {
    let (firstPack, firstSign) = (packs.count, signs.count)
    for piece in pieces where !piece.layout.isEmpty {
      exchange.sendByteCount.round(upToMultipleOf: Self.partAlignment)
      let offset = sendByteCount + exchange.sendByteCount
      let copy = StridedCopy.pack(piece.layout)
      packs.append(HaloProgram.Part(field: piece.field, offset: offset, copy: copy))
      if piece.changesSign {
        let part = Layout(contiguous: [piece.layout.count], itemSize: piece.layout.itemSize)
        signs.append(HaloProgram.Sign(offset: offset, pass: piece.changingSigns(of: part)))
      }
      exchange.sendByteCount += copy.byteCount
    }
    exchange.packs = firstPack..<packs.count
    exchange.signs = firstSign..<signs.count
  }

  private mutating func addUnpacks(_ pieces: [LinkPiece], to exchange: inout Exchange) {
    let first = unpacks.count
    for piece in pieces where !piece.layout.isEmpty {
      let offset = place(piece, in: &exchange)
      unpacks.append(
        HaloProgram.Part(field: piece.field, offset: offset, copy: StridedCopy.unpack(piece.layout)))
    }
    exchange.unpacks = first..<unpacks.count
  }

  /// Gives a piece its place in the message that is received, counted from the first byte of all messages.
  func place(_ piece: LinkPiece, in exchange: inout Exchange) -> Int {
    exchange.receiveByteCount.round(upToMultipleOf: Self.partAlignment)
    defer { exchange.receiveByteCount += piece.layout.byteCount }
    return receiveByteCount + exchange.receiveByteCount
  }

  private mutating func addWraps(_ pieces: LinkPieces, rank: Int) {
    /// The two fields of a copy.
    struct Ends: Hashable {
      let source, destination: Int
    }
    var copies: [Ends: [StridedCopy]] = [:]
    var order: [Ends] = []
    for (sender, receiver) in pieces.pairs(within: rank) {
      let ends = Ends(source: sender.field, destination: receiver.field)
      if copies[ends] == nil { order.append(ends) }
      copies[ends, default: []].append(StridedCopy(from: sender.layout, to: receiver.layout))
      guard sender.changesSign else { continue }
      wrapPasses.append(
        HaloProgram.Wrap.Pass(
          source: receiver.field, destination: receiver.field,
          pass: sender.changingSigns(of: receiver.layout)))
    }
    for ends in order {
      // They read owned cells and write halo cells, each its own, so that any order will do.
      let fused = StridedCopy.fused(
        copies[ends, default: []], inPlace: ends.source == ends.destination)
      for copy in fused {
        wraps.append(HaloProgram.Wrap(source: ends.source, destination: ends.destination, copy: copy))
      }
    }
  }
}

extension LinkPiece {
  /// The pass that changes the sign of values of this piece where they have been copied to.
  fileprivate func changingSigns(of values: Layout) -> StridedArithmetic {
    guard let pass = StridedArithmetic(negating: values, of: dtype) else {
      fatalError("Halo: values of type \(dtype) have no sign to change")
    }
    return pass
  }
}

extension Int {
  fileprivate mutating func round(upToMultipleOf alignment: Int) {
    self = (self + alignment - 1) / alignment * alignment
  }
}
