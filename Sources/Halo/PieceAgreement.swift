import MPI

/// Whether every piece that some rank sends is one that its peer receives, and the search for one that is not.
///
/// The usual case costs one reduction of one number: every rank adds up hashes of what it sends and takes away
/// those of what it receives, and the sum over all ranks is zero.
struct PieceAgreement {
  /// One piece as its sender or its receiver describes it.
  private struct Claim {
    let sender: Int
    let receiver: Int
    let phase: Int
    let piece: LinkPiece
    let label: String

    /// What tells it from others.
    var place: String {
      "\(phase): \(sender)>\(receiver) quantity \(piece.key.quantity) to block \(piece.key.block) from block "
        + "\(piece.key.senderBlock) at \(piece.key.senderDirection)"
    }
    /// What both ends must say of it.
    var content: String {
      let turns = piece.quarterTurns == 0 ? "" : ", turned \(piece.quarterTurns) × 90°"
      return "\(piece.layout.shape) of \(piece.dtype)\(turns)"
    }
    var texts: [String] { [place, content, "\(piece.peer)", piece.link.label, label] }
    var hash: UInt64 { Array("\(place) \(content)".utf8).fnv1a }
  }

  private let sends: [Claim]
  private let receives: [Claim]

  init(_ phases: [LinkPieces], of fields: PlannedFields, rank: Int) {
    func claims(_ pieces: KeyPath<LinkPieces, [LinkPiece]>, areSent: Bool) -> [Claim] {
      phases.enumerated().flatMap { phase, all in
        all[keyPath: pieces].filter { !$0.layout.isEmpty }.map {
          Claim(
            sender: areSent ? rank : $0.peer, receiver: areSent ? $0.peer : rank, phase: phase, piece: $0,
            label: fields.labels[$0.field])
        }
      }
    }
    sends = claims(\.sends, areSent: true)
    receives = claims(\.receives, areSent: false)
  }

  /// Compares with all other ranks; collective.
  ///
  /// - Throws: The first difference by rank, the same on every rank.
  func settle(over communicator: Communicator) throws(HaloError) {
    // Where nothing is exchanged there is no other end to compare with.
    if communicator.isSilent { return }
    var balance: UInt64 = 0
    for claim in sends { balance &+= claim.hash }
    for claim in receives { balance &-= claim.hash }
    let difference = try HaloError.rethrow { () throws(MPIError) in
      try communicator.allReduce(balance, .sum)
    }
    guard difference != 0 else { return }
    let mine = TextList(sends.flatMap { ["sends"] + $0.texts } + receives.flatMap { ["receives"] + $0.texts })
    let all = try HaloError.rethrow { () throws(MPIError) in
      try communicator.allGather(bytes: mine.encoded)
    }
    try Self.compare(all.map { TextList(decoding: $0).texts })
    fatalError("Halo: the pieces of a plan's messages differ, and all have a counterpart")
  }

  private static func compare(_ sides: [[String]]) throws(HaloError) {
    var contents: [String: String] = [:]
    let entries = sides.enumerated().flatMap { rank, texts in
      stride(from: 0, to: texts.count / 6 * 6, by: 6).map { (rank: rank, texts: Array(texts[$0..<$0 + 6])) }
    }
    for (rank, texts) in entries {
      guard contents.updateValue(texts[2], forKey: texts[0] + texts[1]) != nil else { continue }
      throw .linkMismatch(
        LinkMismatch(
          rank: rank, peer: Int(texts[3]) ?? 0, link: texts[4], field: texts[5], property: "links",
          expected: "one of that direction", found: "two",
          advice: "give each link of a block a name of its own"))
    }
    for (rank, texts) in entries {
      let other = (texts[0] == "sends" ? "receives" : "sends") + texts[1]
      let theirs = contents[other]
      guard theirs != texts[2] else { continue }
      throw .linkMismatch(
        LinkMismatch(
          rank: rank, peer: Int(texts[3]) ?? 0, link: texts[4], field: texts[5], property: "cells",
          expected: theirs.map { "\($0), as at the other end" }
            ?? "nothing: rank \(texts[3]) has no such link back",
          found: "\(texts[2]), which it \(texts[0])", advice: "describe the same cells at both ends of a link"
        ))
    }
  }
}
