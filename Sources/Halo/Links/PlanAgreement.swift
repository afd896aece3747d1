import MPI
import Strided
import Topology

/// What every rank must say alike before a plan can work, and the search for who does not.
///
/// The usual case costs one small reduction: every rank hashes what it has, and all hashes are equal. Only when they are
/// not, or a rank has an error of its own, do the full texts travel, so that every rank finds the same culprit and
/// throws the same error.
struct PlanAgreement {
  /// One thing that all ranks must have alike.
  private struct Claim: Equatable {
    let field: String
    let property: String
    let value: String
  }

  private var claims: [Claim] = []
  /// Whether this rank has nothing to say and agrees with whatever the others do.
  var isSilent = false

  mutating func claim(_ property: String, of field: String, _ value: String) {
    claims.append(Claim(field: field, property: property, value: value))
  }

  /// Compares with all other ranks; collective.
  ///
  /// - Parameter error: What this rank has found wrong on its own.
  /// - Throws: The error of the lowest rank that has one, else the first difference from the lowest rank; the same on
  ///   every rank.
  func settle(_ error: HaloError?, over communicator: Communicator) throws(HaloError) {
    let mine = encoded(error)
    let texts = try HaloError.rethrow { () throws(MPIError) in
      try communicator.allGatherUnlessEqual(mine, insisting: error != nil, abstaining: isSilent)
    }
    guard let texts else { return }
    let sides = texts.enumerated().map { Self.decoded($1, from: $0) }
    for side in sides {
      if let error = side.error { throw error }
    }
    guard let first = sides.firstIndex(where: { !$0.claims.isEmpty }) else { return }
    for (rank, side) in sides.enumerated() where !side.claims.isEmpty {
      if let mismatch = Self.difference(side.claims, on: rank, from: sides[first].claims, of: first) {
        throw .fieldMismatch(mismatch)
      }
    }
  }

  private static func difference(
    _ found: [Claim], on rank: Int, from expected: [Claim], of peer: Int
  ) -> FieldMismatch? {
    for index in 0..<max(found.count, expected.count) {
      guard index < found.count else {
        return FieldMismatch(
          rank: rank, peer: peer, field: expected[index].field, property: expected[index].property,
          expected: expected[index].value, found: "nothing")
      }
      guard index < expected.count else {
        return FieldMismatch(
          rank: rank, peer: peer, field: found[index].field, property: found[index].property,
          expected: "nothing", found: found[index].value)
      }
      let (a, b) = (expected[index], found[index])
      if a == b { continue }
      if a.property == b.property {
        return FieldMismatch(
          rank: rank, peer: peer, field: b.field, property: b.property, expected: a.value, found: b.value)
      }
      return FieldMismatch(
        rank: rank, peer: peer, field: b.field, property: b.property, expected: "\(a.property) \(a.value)",
        found: "\(b.property) \(b.value)")
    }
    return nil
  }
}

// MARK: - As bytes

extension PlanAgreement {
  private func encoded(_ error: HaloError?) -> [UInt8] {
    var texts: [String] = []
    switch error {
    case .none: texts.append("ok")
    case .fieldMismatch(let mismatch):
      texts += [
        "field", "\(mismatch.rank)", mismatch.peer.map(String.init) ?? "", mismatch.field,
        mismatch.property, mismatch.expected, mismatch.found, mismatch.advice,
      ]
    case .linkMismatch(let mismatch):
      texts += [
        "link", "\(mismatch.rank)", "\(mismatch.peer)", mismatch.link, mismatch.field ?? "",
        mismatch.property, mismatch.expected, mismatch.found, mismatch.advice,
      ]
    case .some(let other): texts += ["error", other.description]
    }
    for claim in isSilent ? [] : claims { texts += [claim.field, claim.property, claim.value] }
    return TextList(texts).encoded
  }

  /// A rank's own error, if it has one, and its claims.
  private static func decoded(_ bytes: [UInt8], from rank: Int) -> (error: HaloError?, claims: [Claim]) {
    var rest = TextList(decoding: bytes).texts[...]
    func take(_ count: Int) -> [String] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count)) + Array(repeating: "", count: max(0, count - rest.count))
    }
    var error: HaloError?
    switch rest.popFirst() {
    case "field":
      let parts = take(7)
      error = .fieldMismatch(
        FieldMismatch(
          rank: Int(parts[0]) ?? rank, peer: Int(parts[1]), field: parts[2], property: parts[3],
          expected: parts[4], found: parts[5], advice: parts[6]))
    case "link":
      let parts = take(8)
      error = .linkMismatch(
        LinkMismatch(
          rank: Int(parts[0]) ?? rank, peer: Int(parts[1]) ?? rank, link: parts[2],
          field: parts[3].isEmpty ? nil : parts[3], property: parts[4], expected: parts[5], found: parts[6],
          advice: parts[7]))
    case "error":
      error = .onRank(rank, message: take(1)[0])
    default: break
    }
    var claims: [Claim] = []
    while rest.count >= 3 {
      let parts = take(3)
      claims.append(Claim(field: parts[0], property: parts[1], value: parts[2]))
    }
    return (error, claims)
  }
}
