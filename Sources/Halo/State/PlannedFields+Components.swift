extension PlannedFields {
  /// Refuses components that a field has not, or that are listed twice.
  func checkComponents(on rank: Int) throws(HaloError) {
    for listed in components {
      guard let descriptor = descriptors[listed.place] else { continue }
      func refuse(_ expected: String, _ found: String) -> HaloError {
        .fieldMismatch(
          FieldMismatch(
            rank: rank, peer: nil, field: labels[listed.place], property: "components", expected: expected,
            found: found))
      }
      let extra = descriptor.axes.indices.filter { descriptor.axes[$0].gridAxis == nil }
      guard extra.contains(listed.range.axis) else {
        throw refuse(
          "indices of an extra axis, which along: names, of \(descriptor.axes)",
          listed.range.axis < 0 ? "none named" : "axis \(listed.range.axis)")
      }
      let all = 0..<descriptor.extents[listed.range.axis]
      guard !listed.range.indices.isEmpty, listed.range.indices.clamped(to: all) == listed.range.indices
      else {
        throw refuse("indices in \(all)", "\(listed.range.indices)")
      }
      for other in components where other.firstPlace == listed.firstPlace && other.place < listed.place {
        guard !other.range.indices.overlaps(listed.range.indices) else {
          throw refuse("each index once", "\(other.range.indices) and \(listed.range.indices)")
        }
      }
    }
  }
}
