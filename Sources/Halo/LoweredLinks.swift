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
    var sendOffset = 0
    var sendByteCount = 0
    var receiveOffset = 0
    var receiveByteCount = 0
  }

  private(set) var packs: [HaloProgram.Part] = []
  private(set) var signs: [HaloProgram.Sign] = []
  private(set) var unpacks: [HaloProgram.Part] = []
  private(set) var exchanges: [Exchange] = []
  private(set) var wraps: [HaloProgram.Wrap] = []
  private(set) var wrapSigns: [HaloProgram.Wrap.Sign] = []
  /// The exchanges, copies and changes of sign of each phase.
  private(set) var phases: [HaloProgram.Phase] = []
  private(set) var sendByteCount = 0
  private(set) var receiveByteCount = 0

  /// Parts start at multiples of this many bytes, so that elements are aligned in the message as in a field.
  private static let partAlignment = 16
  /// Messages start on cache lines of their own.
  private static let messageAlignment = 64

  /// - Parameters:
  ///   - phases: The pieces of each phase; those of a phase may carry what the one before brought.
  ///   - rank: This rank, whose pieces to itself become copies.
  init(phases: [LinkPieces], rank: Int) {
    for pieces in phases {
      let (exchange, wrap, sign) = (exchanges.count, wraps.count, wrapSigns.count)
      addExchanges(pieces, rank: rank)
      addWraps(pieces, rank: rank)
      self.phases.append(
        HaloProgram.Phase(
          messages: exchange..<exchanges.count, wraps: wrap..<wraps.count, wrapSigns: sign..<wrapSigns.count))
    }
  }

  private mutating func addExchanges(_ pieces: LinkPieces, rank: Int) {
    // Both ends sort by the key, which is all they must agree on.
    let sends = Dictionary(grouping: pieces.sends.sorted { $0.key < $1.key }, by: \.peer)
    let receives = Dictionary(grouping: pieces.receives.sorted { $0.key < $1.key }, by: \.peer)
    for peer in Set(sends.keys).union(receives.keys).subtracting([rank]).sorted() {
      var exchange = Exchange(
        peer: peer, phase: phases.count, sendOffset: sendByteCount, receiveOffset: receiveByteCount)
      addPacks(sends[peer, default: []], to: &exchange)
      addUnpacks(receives[peer, default: []], to: &exchange)
      sendByteCount += exchange.sendByteCount
      sendByteCount.round(upToMultipleOf: Self.messageAlignment)
      receiveByteCount += exchange.receiveByteCount
      receiveByteCount.round(upToMultipleOf: Self.messageAlignment)
      if exchange.sendByteCount + exchange.receiveByteCount > 0 { exchanges.append(exchange) }
    }
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
      exchange.receiveByteCount.round(upToMultipleOf: Self.partAlignment)
      let copy = StridedCopy.unpack(piece.layout)
      unpacks.append(
        HaloProgram.Part(
          field: piece.field, offset: receiveByteCount + exchange.receiveByteCount, copy: copy))
      exchange.receiveByteCount += copy.byteCount
    }
    exchange.unpacks = first..<unpacks.count
  }

  private mutating func addWraps(_ pieces: LinkPieces, rank: Int) {
    /// The two fields of a copy.
    struct Ends: Hashable {
      let source, destination: Int
    }
    let senders = Dictionary(
      pieces.sends.filter { $0.peer == rank }.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    var copies: [Ends: [StridedCopy]] = [:]
    var order: [Ends] = []
    for receiver in pieces.receives where receiver.peer == rank && !receiver.layout.isEmpty {
      guard let sender = senders[receiver.key] else { continue }
      let ends = Ends(source: sender.field, destination: receiver.field)
      if copies[ends] == nil { order.append(ends) }
      copies[ends, default: []].append(StridedCopy(from: sender.layout, to: receiver.layout))
      guard sender.changesSign else { continue }
      wrapSigns.append(
        HaloProgram.Wrap.Sign(field: receiver.field, pass: sender.changingSigns(of: receiver.layout)))
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
