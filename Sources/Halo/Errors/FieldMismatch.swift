/// A field that is not what its grid, its plan or another rank's field expects.
public struct FieldMismatch: Hashable, Sendable, CustomStringConvertible {
  /// The rank whose field differs.
  public let rank: Int
  /// The rank it was compared with; `nil` if it was its own grid or plan.
  public let peer: Int?
  /// The name of the field, or its place in the list.
  public let field: String
  /// What differs: dtype, extents, halo, ….
  public let property: String
  /// What the grid, the plan or the peer has.
  public let expected: String
  /// What the field has.
  public let found: String
  /// What to do about it.
  public let advice: String

  /// Describes a mismatch, with what is usually to be done unless other advice is given.
  public init(
    rank: Int, peer: Int?, field: String, property: String, expected: String, found: String,
    advice: String? = nil
  ) {
    self.rank = rank
    self.peer = peer
    self.field = field
    self.property = property
    self.expected = expected
    self.found = found
    self.advice =
      advice
      ?? (peer == nil
        ? "give the field that its grid and plan were made for"
        : "build the same fields in the same order on every rank")
  }

  /// A wish that the grid or the plan cannot fulfil.
  static func wish(
    rank: Int, _ property: String, expected: String, found: String
  ) -> FieldMismatch {
    FieldMismatch(
      rank: rank, peer: nil, field: "plan", property: property, expected: expected, found: found,
      advice: "ask for what the grid and the plan can do")
  }

  /// One line: rank, peer, field, expected and found, and what to do.
  public var description: String {
    let against = peer.map { " (as on rank \($0))" } ?? ""
    return
      "rank \(rank), field \(field), \(property): expected \(expected)\(against), found \(found): \(advice)"
  }
}
