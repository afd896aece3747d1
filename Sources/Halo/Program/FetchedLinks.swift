import Strided

/// What is copied out of the memory of other ranks, for all exchanges of a program.
struct FetchedLinks {
  /// One box of one field, copied out of a field that a peer offers.
  struct Copy {
    /// Which of the offered fields, and its place in the plan's list.
    let place: Int
    let source: Int
    let field: Int
    let copy: StridedCopy
  }

  /// One box of one field that a box of a field which a peer offers is combined into.
  struct Combine {
    let place: Int
    let source: Int
    let field: Int
    let pass: StridedArithmetic
  }

  /// The lists of one exchange.
  struct Ranges {
    var fetches = 0..<0
    var passes = 0..<0
    var combines = 0..<0
  }

  private(set) var fetches: [Copy] = []
  private(set) var passes: [LoweredLinks.Wrap.Pass] = []
  private(set) var combines: [Combine] = []
  private(set) var ranges: [Ranges] = []

  /// - Parameter incoming: For each exchange where the cells lie that it receives; `nil` if they come by message only.
  init(_ lowered: LoweredLinks, from incoming: [WindowOffers.Incoming?]) {
    for (exchange, incoming) in zip(lowered.exchanges, incoming) {
      let start = (fetches.count, passes.count, combines.count)
      if let incoming {
        let pairs = Array(zip(incoming.pieces, exchange.receives))
        if let combination = lowered.combination {
          for (piece, receiver) in pairs {
            combines.append(
              Combine(
                place: piece.place, source: receiver.counterpart, field: receiver.field,
                pass: receiver.combining(combination, from: piece.layout)))
          }
        } else {
          addFetches(pairs)
        }
      }
      ranges.append(
        Ranges(
          fetches: start.0..<fetches.count, passes: start.1..<passes.count,
          combines: start.2..<combines.count))
    }
  }

  private mutating func addFetches(_ pairs: [(WindowOffers.Incoming.Piece, LinkPiece)]) {
    /// The two fields of a copy.
    struct Ends: Hashable {
      let place, source, field: Int
    }
    var copies = CopyGroups<Ends>()
    for (piece, receiver) in pairs {
      copies.add(
        StridedCopy(from: piece.layout, to: receiver.layout),
        between: Ends(place: piece.place, source: receiver.counterpart, field: receiver.field))
      guard piece.changesSign else { continue }
      passes.append(
        LoweredLinks.Wrap.Pass(
          source: receiver.field, destination: receiver.field,
          pass: receiver.changingSigns(of: receiver.layout)))
    }
    for (ends, copy) in copies.fused() {
      fetches.append(
        Copy(place: ends.place, source: ends.source, field: ends.field, copy: copy))
    }
  }
}
