import Halo

extension NamedLayout {
  /// Both sides of one periodic axis of three fields, in place; other axes have no halo, all their cells are wrapped.
  static let wraps =
    (0..<3).map { axis in
      NamedLayout("wrap-\(axis)", "both periodic faces of axis \(axis), 3 fields, in place") {
        field in
        var owned = field.allocated
        owned[axis] = field.owned[axis]
        return WrapPattern(axis: axis, owned: owned, halo: field.halo, itemSize: field.itemSize)
      }
    } + [
      NamedLayout(
        "wrap-106", "wrap-2 of 106³ float64 with a halo of 3, whatever --shape"
      ) {
        _ in WrapPattern(axis: 2, owned: [106, 106, 100], halo: 3, itemSize: 8)
      }
    ]
}
