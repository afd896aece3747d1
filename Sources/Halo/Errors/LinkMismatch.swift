/// A link between two blocks that is not what its grid, its other end, or another link expects.
public struct LinkMismatch: Hashable, Sendable, CustomStringConvertible {
  /// The rank whose link it is.
  public let rank: Int
  /// The rank at its other end.
  public let peer: Int
  /// The boundary of the rank's block that it crosses.
  public let link: String
  /// The field that it was looked at for, if it was for one.
  public let field: String?
  /// What does not fit: the peer, the send box, the shape, ….
  public let property: String
  /// What the grid, the field or the other end has.
  public let expected: String
  /// What the link has.
  public let found: String
  /// What to do about it.
  public let advice: String

  /// Describes a mismatch.
  public init(
    rank: Int, peer: Int, link: String, field: String? = nil, property: String, expected: String,
    found: String, advice: String = "correct the link"
  ) {
    self.rank = rank
    self.peer = peer
    self.link = link
    self.field = field
    self.property = property
    self.expected = expected
    self.found = found
    self.advice = advice
  }

  /// One line: rank, peer, link, field, expected and found, and what to do.
  public var description: String {
    let field = field.map { ", field \($0)" } ?? ""
    return "rank \(rank), peer \(peer), link \(link)\(field), \(property): expected \(expected), "
      + "found \(found): \(advice)"
  }
}
