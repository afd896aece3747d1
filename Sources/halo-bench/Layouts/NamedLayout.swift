import Halo

/// A layout that can be asked for by its name.
struct NamedLayout: Sendable {
  let name: String
  /// What it is, in a few words for `--help`.
  let summary: String
  let kind: Kind

  enum Kind: Sendable {
    /// Packed to and unpacked from contiguous memory.
    case copy(@Sendable (FieldShape) -> CopyPattern)
    /// The halo of one axis filled from the other side of the same field.
    case wrap(@Sendable (FieldShape) -> WrapPattern)
  }

  init(_ name: String, _ summary: String, copy: @escaping @Sendable (FieldShape) -> CopyPattern) {
    (self.name, self.summary, kind) = (name, summary, .copy(copy))
  }

  init(_ name: String, _ summary: String, wrap: @escaping @Sendable (FieldShape) -> WrapPattern) {
    (self.name, self.summary, kind) = (name, summary, .wrap(wrap))
  }

  /// All layouts, in the order of the table.
  static let all = fields + applications + wraps

  /// The length of the longest name.
  static let longestName = all.map(\.name.count).max() ?? 0
}
