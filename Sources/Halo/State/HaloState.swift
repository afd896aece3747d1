/// Anything made of fields that are exchanged together: all of them travel in one message a peer.
///
/// A field is one, an optional or an `InlineArray` of states is one, an array of ``SharedField`` is one, and a
/// struct of the user's becomes one with a line:
///
/// ```swift
/// struct Ocean: ~Copyable, HaloState {
///   var height, eastward, northward: Field<Double, 2>
///   var scratch: Field<Double, 2>                       // not listed, not exchanged
///   func fields(_ list: inout FieldList) { list.add(height, eastward, northward) }
/// }
/// try halo.exchange(&ocean)
/// ```
public protocol HaloState: ~Copyable {
  /// Lists the fields, always the same ones in the same order.
  func fields(_ list: inout FieldList)
}

/// The fields of one exchange, in order.
@safe
public struct FieldList: ~Copyable {
  /// A `nil` keeps the place of an optional that is absent, so that the fields behind it keep theirs.
  var storages: [FieldStorage?] = []
  /// Which of them are components of a vector.
  private(set) var vectors: [FieldVector] = []
  /// Which of them are listed in part only.
  var components: [ListedComponents] = []

  init() {}

  mutating func reserveCapacity(for fields: PlannedFields) {
    storages.reserveCapacity(fields.descriptors.count)
    vectors.reserveCapacity(fields.vectors.count)
    components.reserveCapacity(fields.components.count)
  }

  mutating func removeAll() {
    storages.removeAll(keepingCapacity: true)
    vectors.removeAll(keepingCapacity: true)
    components.removeAll(keepingCapacity: true)
  }

  /// Adds two fields as the components of a vector along the last two axes of the grid.
  ///
  /// Where a link turns the values, as between the faces of a cubed sphere, so does it turn the vector: a component
  /// fills the halo of the other one, or changes its sign. On links that do not turn, this is `add(x, y)`.
  ///
  /// ```swift
  /// func fields(_ list: inout FieldList) {
  ///   list.add(height)
  ///   list.addVector(x: eastward, y: northward)
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - x: The component along the last axis of the grid.
  ///   - y: The component along the axis before it, with the same halo; elements have a sign.
  public mutating func addVector<Element, let Rank: Int>(
    x: borrowing Field<Element, Rank>, y: borrowing Field<Element, Rank>
  ) {
    vectors.append(FieldVector(x: storages.count, y: storages.count + 1))
    add(x, y)
  }

  /// Adds the fields of a state.
  public mutating func add<A: HaloState & ~Copyable>(_ a: borrowing A) {
    a.fields(&self)
  }

  /// Adds the fields of two states.
  public mutating func add<A: HaloState & ~Copyable, B: HaloState & ~Copyable>(
    _ a: borrowing A, _ b: borrowing B
  ) {
    a.fields(&self)
    b.fields(&self)
  }

  /// Adds the fields of three states.
  public mutating func add<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable
  >(_ a: borrowing A, _ b: borrowing B, _ c: borrowing C) {
    add(a, b)
    c.fields(&self)
  }

  /// Adds the fields of four states.
  public mutating func add<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable
  >(_ a: borrowing A, _ b: borrowing B, _ c: borrowing C, _ d: borrowing D) {
    add(a, b, c)
    d.fields(&self)
  }

  /// Adds the fields of five states.
  public mutating func add<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable
  >(_ a: borrowing A, _ b: borrowing B, _ c: borrowing C, _ d: borrowing D, _ e: borrowing E) {
    add(a, b, c, d)
    e.fields(&self)
  }

  /// Adds the fields of six states.
  public mutating func add<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable, F: HaloState & ~Copyable
  >(
    _ a: borrowing A, _ b: borrowing B, _ c: borrowing C, _ d: borrowing D, _ e: borrowing E,
    _ f: borrowing F
  ) {
    add(a, b, c, d, e)
    f.fields(&self)
  }
}

extension Field: HaloState {
  /// Lists the field itself.
  public func fields(_ list: inout FieldList) {
    list.storages.append(storage)
  }
}

extension InlineArray: HaloState where Element: HaloState & ~Copyable {
  /// Lists the fields of every element.
  public func fields(_ list: inout FieldList) {
    for index in indices { self[index].fields(&list) }
  }
}

extension Optional: HaloState where Wrapped: HaloState & ~Copyable {
  /// Lists the fields of the value, or a place held for them.
  public func fields(_ list: inout FieldList) {
    switch self {
    case .some(let state): state.fields(&list)
    case .none: list.storages.append(nil)
    }
  }
}

extension Array: HaloState where Element: HaloState {
  /// Lists the fields of every element.
  public func fields(_ list: inout FieldList) {
    for element in self { element.fields(&list) }
  }
}
