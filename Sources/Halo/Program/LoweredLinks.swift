import Memory
import Strided

/// The pieces of all fields, laid out as one message a peer and phase, and as copies within the rank.
struct LoweredLinks {
  /// What one peer's messages of a phase are made of, and where they lie in the two staging allocations.
  struct Exchange {
    let peer: Int
    let phase: Int
    /// The boxes of the message in the order in which both ends have them; none of them is empty.
    let sends: [LinkPiece]
    let receives: [LinkPiece]
    /// Whether a receiver may copy the cells of `sends` where they are: nothing that is filled in this phase, or in one
    /// after it, changes them.
    var offersCells = false
    var packs = 0..<0
    var signs = 0..<0
    var unpacks = 0..<0
    var combines = 0..<0
    var sendOffset = 0
    var sendByteCount = 0
    var receiveOffset = 0
    var receiveByteCount = 0

    /// The places of the fields that the message is made of, each once.
    var fieldsSent: [Int] {
      sends.reduce(into: []) { fields, piece in
        if !fields.contains(piece.field) { fields.append(piece.field) }
      }
    }
  }

  var packs: [Part] = []
  var signs: [Sign] = []
  var unpacks: [Part] = []
  var combines: [Combine] = []
  var exchanges: [Exchange] = []
  var wraps: [Wrap] = []
  var wrapPasses: [Wrap.Pass] = []
  /// What is copied within the rank in each phase, piece by piece.
  var copiesWithin: [[(sender: LinkPiece, receiver: LinkPiece)]] = []
  /// The exchanges and copies of each phase.
  var phases: [Phase] = []
  var sendByteCount = 0
  var receiveByteCount = 0
  /// How what arrives is combined into owned cells; `nil` if it replaces halo cells.
  var combination: Combination?

  /// The bytes of all messages that are sent, without what aligns their parts.
  var bytesPacked: Int { packs.reduce(0) { $0 + $1.copy.byteCount } }
  /// The bytes that are copied within the rank.
  var bytesWrapped: Int { wraps.reduce(0) { $0 + $1.copy.byteCount } }

  /// The cells that each phase fills, by field.
  private var filled: [[Int: [Region]]] = []

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
        lowered.copiesWithin.append(pieces.pairs(within: rank))
      }
    }
    findStableCells()
  }

  /// Lays out the messages of a phase; `unpack` says what is done with what comes, `wraps` what stays on the rank.
  mutating func addPhase(
    sends: [LinkPiece], receives: [LinkPiece], rank: Int,
    unpack: (inout LoweredLinks, [LinkPiece], inout Exchange) -> Void, wraps: (inout LoweredLinks) -> Void
  ) {
    let (exchange, wrap, pass) = (exchanges.count, self.wraps.count, wrapPasses.count)
    let receives = receives.filter { !$0.layout.isEmpty }
    filled.append(Dictionary(grouping: receives, by: \.field).mapValues { $0.map { Region($0.layout) } })
    // Both ends sort by the key, which is all they must agree on.
    let sends = Dictionary(
      grouping: sends.filter { !$0.layout.isEmpty }.sorted { $0.key < $1.key }, by: \.peer)
    let receivesByPeer = Dictionary(grouping: receives.sorted { $0.key < $1.key }, by: \.peer)
    for peer in Set(sends.keys).union(receivesByPeer.keys).subtracting([rank]).sorted() {
      var exchange = Exchange(
        peer: peer, phase: phases.count, sends: sends[peer, default: []],
        receives: receivesByPeer[peer, default: []], sendOffset: sendByteCount,
        receiveOffset: receiveByteCount)
      addPacks(to: &exchange)
      unpack(&self, exchange.receives, &exchange)
      sendByteCount += exchange.sendByteCount
      sendByteCount = sendByteCount.rounded(upToMultipleOf: Self.messageAlignment)
      receiveByteCount += exchange.receiveByteCount
      receiveByteCount = receiveByteCount.rounded(upToMultipleOf: Self.messageAlignment)
      if exchange.sendByteCount + exchange.receiveByteCount > 0 { exchanges.append(exchange) }
    }
    wraps(&self)
    phases.append(
      Phase(
        messages: exchange..<exchanges.count, wraps: wrap..<self.wraps.count,
        wrapPasses: pass..<wrapPasses.count))
  }

  /// Finds for each message whether what it is made of stays as it is until the update ends.
  mutating func findStableCells() {
    for index in exchanges.indices {
      exchanges[index].offersCells = exchanges[index].sends.allSatisfy { piece in
        let region = Region(piece.layout)
        return filled[exchanges[index].phase...].allSatisfy { filled in
          !filled[piece.field, default: []].contains { $0.overlaps(region) }
        }
      }
    }
  }

  private mutating func addPacks(to exchange: inout Exchange) {
    let (firstPack, firstSign) = (packs.count, signs.count)
    for piece in exchange.sends {
      exchange.sendByteCount = exchange.sendByteCount.rounded(upToMultipleOf: Self.partAlignment)
      let offset = sendByteCount + exchange.sendByteCount
      let copy = StridedCopy.pack(piece.layout)
      packs.append(Part(field: piece.field, offset: offset, copy: copy))
      if piece.changesSign {
        let part = Layout(contiguous: [piece.layout.count], itemSize: piece.layout.itemSize)
        signs.append(Sign(offset: offset, pass: piece.changingSigns(of: part)))
      }
      exchange.sendByteCount += copy.byteCount
    }
    exchange.packs = firstPack..<packs.count
    exchange.signs = firstSign..<signs.count
  }

  private mutating func addUnpacks(_ pieces: [LinkPiece], to exchange: inout Exchange) {
    let first = unpacks.count
    for piece in pieces {
      let offset = place(piece, in: &exchange)
      unpacks.append(
        Part(field: piece.field, offset: offset, copy: StridedCopy.unpack(piece.layout)))
    }
    exchange.unpacks = first..<unpacks.count
  }

  /// Gives a piece its place in the message that is received, counted from the first byte of all messages.
  func place(_ piece: LinkPiece, in exchange: inout Exchange) -> Int {
    exchange.receiveByteCount = exchange.receiveByteCount.rounded(upToMultipleOf: Self.partAlignment)
    defer { exchange.receiveByteCount += piece.layout.byteCount }
    return receiveByteCount + exchange.receiveByteCount
  }

  private mutating func addWraps(_ pieces: LinkPieces, rank: Int) {
    /// The two fields of a copy.
    struct Ends: Hashable {
      let source, destination: Int
    }
    var copies = CopyGroups<Ends>()
    for (sender, receiver) in pieces.pairs(within: rank) {
      copies.add(
        StridedCopy(from: sender.layout, to: receiver.layout),
        between: Ends(source: sender.field, destination: receiver.field))
      guard sender.changesSign else { continue }
      wrapPasses.append(
        Wrap.Pass(
          source: receiver.field, destination: receiver.field,
          pass: sender.changingSigns(of: receiver.layout)))
    }
    // They read owned cells and write halo cells, each its own, so that any order will do.
    for (ends, copy) in copies.fused(inPlace: { $0.source == $0.destination }) {
      wraps.append(Wrap(source: ends.source, destination: ends.destination, copy: copy))
    }
  }
}

extension LinkPiece {
  /// The pass that changes the sign of values of this piece where they have been copied to.
  func changingSigns(of values: Layout) -> StridedArithmetic {
    guard let pass = StridedArithmetic(negating: values, of: dtype) else {
      fatalError("Halo: values of type \(dtype) have no sign to change")
    }
    return pass
  }
}
