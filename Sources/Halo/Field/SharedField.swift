public import Strided

/// A field behind a reference, for graphs of objects that several owners reach.
///
/// The same rule holds as for a field, checked when the program runs: an access to ``field`` while an exchange
/// holds it exclusively traps.
public final class SharedField<Element: ArrayElement, let Rank: Int>: HaloState {
  /// The field.
  public var field: Field<Element, Rank>

  /// Takes over a field.
  public init(_ field: consuming Field<Element, Rank>) {
    self.field = field
  }

  /// Lists the field.
  public func fields(_ list: inout FieldList) {
    list.add(field)
  }
}
