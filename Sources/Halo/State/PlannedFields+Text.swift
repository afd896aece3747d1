extension PlannedFields {
  /// Which fields are the components of vectors, for people.
  func text(of vectors: [FieldVector]) -> String {
    vectors.isEmpty
      ? "none" : vectors.map { "(\(labels[$0.x]), \(labels[$0.y]))" }.joined(separator: ", ")
  }

  /// Which components travel of fields that are not listed whole, for people.
  func text(of components: [ListedComponents]) -> String {
    components.isEmpty
      ? "all"
      : components.map { "\($0.range.indices) of axis \($0.range.axis) of \(labels[$0.place])" }
        .joined(separator: ", ")
  }
}
