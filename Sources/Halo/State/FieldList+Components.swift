/// Some neighbouring indices of an extra axis of a field.
struct ComponentRange: Hashable {
  /// The axis of the field; -1 if none was named and the field has not exactly one extra axis.
  let axis: Int
  let indices: Range<Int>
}

/// What a place of a list holds of its field, where it is not all of it.
struct ListedComponents: Hashable {
  let place: Int
  /// The first of the places that one call has added for the field.
  let firstPlace: Int
  let range: ComponentRange
}

extension FieldList {
  /// Adds some neighbouring indices of an extra axis of a field: no others travel.
  ///
  /// ```swift
  /// func fields(_ list: inout FieldList) {
  ///   list.add(height)
  ///   list.add(tracers, only: 0..<3)               // of the field's extra axis
  ///   list.add(flux, only: levels, along: 3)       // an array that the state keeps, of axis 3 of the field
  /// }
  /// ```
  ///
  /// In flight all indices are taken to be on their way. An index beyond the axis is an error when the plan is built.
  ///
  /// - Parameters:
  ///   - field: A field with an extra axis.
  ///   - components: Indices of that axis.
  ///   - axis: The axis of the field; it need not be named where there is only one that is extra.
  public mutating func add<Element, let Rank: Int>(
    _ field: borrowing Field<Element, Rank>, only components: Range<Int>, along axis: Int? = nil
  ) {
    add(field, components, along: axis ?? field.storage.onlyExtraAxis, firstPlace: storages.count)
  }

  /// Adds some indices of an extra axis of a field: no others travel.
  ///
  /// As for a range. A list that is written out may be allocated each time: where that matters, keep it.
  public mutating func add<Element, let Rank: Int>(
    _ field: borrowing Field<Element, Rank>, only components: [Int], along axis: Int? = nil
  ) {
    let (axis, firstPlace) = (axis ?? field.storage.onlyExtraAxis, storages.count)
    var (place, start) = (0, 0)
    while place < components.count {
      let last = components[place]
      place += 1
      if place < components.count, components[place] == last &+ 1 { continue }
      // Whatever its upper bound, there is no such index.
      let range = last == .max ? last..<last : components[start]..<last + 1
      add(field, range, along: axis, firstPlace: firstPlace)
      start = place
    }
  }

  private mutating func add<Element, let Rank: Int>(
    _ field: borrowing Field<Element, Rank>, _ range: Range<Int>, along axis: Int, firstPlace: Int
  ) {
    components.append(
      ListedComponents(
        place: storages.count, firstPlace: firstPlace, range: ComponentRange(axis: axis, indices: range)))
    add(field)
  }
}
