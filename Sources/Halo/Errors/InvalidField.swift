/// A field that was asked for and cannot be.
///
/// Decided from what the caller gave alone, so that ranks that ask for the same throw the same.
public struct InvalidField: Hashable, Sendable, CustomStringConvertible {
  /// The name of the field, or "field" if it was given none.
  public let field: String
  /// What does not fit: axes, extents, row padding, ….
  public let property: String
  /// What it could be.
  public let expected: String
  /// What was asked for.
  public let found: String

  /// Describes what does not fit.
  public init(field: String, property: String, expected: String, found: String) {
    self.field = field
    self.property = property
    self.expected = expected
    self.found = found
  }

  init(name: String?, _ property: String, expected: String, found: String) {
    self.init(
      field: name.map { "field '\($0)'" } ?? "field", property: property, expected: expected, found: found)
  }

  /// One line: the field, what was expected and what was found.
  public var description: String { "\(field), \(property): expected \(expected), found \(found)" }
}
