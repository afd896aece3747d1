import MPI
import Strided
import Topology

/// What every rank must say alike before a plan can work, and the search for who does not.
///
/// The usual case costs two small reductions: every rank hashes what it has, and all hashes are equal. Only when
/// they are not, or a rank has an error of its own, do the full texts travel, so that every rank finds the same
/// culprit and throws the same error.
struct PlanAgreement {
  /// One thing that all ranks must have alike.
  private struct Claim: Equatable {
    let field: String
    let property: String
    let value: String
  }

  private var claims: [Claim] = []

  mutating func claim(_ property: String, of field: String, _ value: String) {
    claims.append(Claim(field: field, property: property, value: value))
  }

  /// Compares with all other ranks; collective.
  ///
  /// - Parameter error: What this rank has found wrong on its own.
  /// - Throws: The error of the lowest rank that has one, else the first difference from rank 0; the same on
  ///   every rank.
  func settle(_ error: HaloError?, over communicator: Communicator) throws(HaloError) {
    let mine = encoded(error)
    let texts = try HaloError.rethrow { () throws(MPIError) -> [[UInt8]]? in
      let hash = mine.fnv1a
      // The largest hash, the largest complement (so the smallest hash), and whether any rank has an error.
      var figures: InlineArray<3, UInt64> = [hash, ~hash, error == nil ? 0 : 1]
      var span = figures.mutableSpan
      try communicator.allReduce(&span, .max)
      if figures[0] == ~figures[1], figures[2] == 0 { return nil }
      return try communicator.allGather(bytes: mine)
    }
    guard let texts else { return }
    let sides = texts.map(Self.decoded)
    for (rank, side) in sides.enumerated() {
      switch side.failure {
      case .mismatch(let mismatch): throw .fieldMismatch(mismatch)
      case .message(let message): throw .onRank(rank, message: message)
      case nil: break
      }
    }
    for (rank, side) in sides.enumerated() {
      if let mismatch = Self.difference(side.claims, on: rank, from: sides[0].claims) {
        throw .fieldMismatch(mismatch)
      }
    }
  }

  private static func difference(_ found: [Claim], on rank: Int, from expected: [Claim]) -> FieldMismatch? {
    for index in 0..<max(found.count, expected.count) {
      guard index < found.count else {
        return FieldMismatch(
          rank: rank, peer: 0, field: expected[index].field, property: expected[index].property,
          expected: expected[index].value, found: "nothing")
      }
      guard index < expected.count else {
        return FieldMismatch(
          rank: rank, peer: 0, field: found[index].field, property: found[index].property,
          expected: "nothing", found: found[index].value)
      }
      let (a, b) = (expected[index], found[index])
      if a == b { continue }
      if a.property == b.property {
        return FieldMismatch(
          rank: rank, peer: 0, field: b.field, property: b.property, expected: a.value, found: b.value)
      }
      return FieldMismatch(
        rank: rank, peer: 0, field: b.field, property: b.property, expected: "\(a.property) \(a.value)",
        found: "\(b.property) \(b.value)")
    }
    return nil
  }
}

// MARK: - As bytes

extension PlanAgreement {
  /// A rank's own error, as it travels.
  private enum Failure {
    case mismatch(FieldMismatch)
    case message(String)
  }

  private func encoded(_ error: HaloError?) -> [UInt8] {
    var texts: [String] = []
    switch error {
    case .none: texts.append("ok")
    case .fieldMismatch(let mismatch):
      texts += [
        "mismatch", "\(mismatch.rank)", mismatch.peer.map(String.init) ?? "", mismatch.field,
        mismatch.property, mismatch.expected, mismatch.found,
      ]
    case .some(let other): texts += ["error", other.description]
    }
    for claim in claims { texts += [claim.field, claim.property, claim.value] }
    var bytes: [UInt8] = []
    for text in texts {
      let utf8 = Array(text.utf8)
      for shift in stride(from: 0, to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: utf8.count >> shift))
      }
      bytes += utf8
    }
    return bytes
  }

  private static func decoded(_ bytes: [UInt8]) -> (failure: Failure?, claims: [Claim]) {
    var texts: [String] = []
    var rest = bytes[...]
    while rest.count >= 4 {
      let count = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      texts.append(String(decoding: rest.prefix(count), as: UTF8.self))
      rest = rest.dropFirst(count)
    }
    var failure: Failure?
    var claims = texts[...]
    switch claims.popFirst() {
    case "mismatch" where claims.count >= 6:
      let parts = Array(claims.prefix(6))
      claims = claims.dropFirst(6)
      failure = .mismatch(
        FieldMismatch(
          rank: Int(parts[0]) ?? 0, peer: Int(parts[1]), field: parts[2], property: parts[3],
          expected: parts[4], found: parts[5]))
    case "error":
      failure = .message(claims.popFirst() ?? "")
    default: break
    }
    var list: [Claim] = []
    while claims.count >= 3 {
      let parts = Array(claims.prefix(3))
      list.append(Claim(field: parts[0], property: parts[1], value: parts[2]))
      claims = claims.dropFirst(3)
    }
    return (failure, list)
  }
}

extension [UInt8] {
  /// The 64-bit FNV-1a hash (RFC 9923), the same in every process.
  fileprivate var fnv1a: UInt64 {
    reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}
