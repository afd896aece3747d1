import Halo

/// The field that the command line asks for: owned cells with a halo on all sides.
struct FieldShape: Sendable {
  /// Owned cells an axis.
  let owned: PerAxis
  /// Halo cells on each side of each axis.
  let halo: Int
  /// The type of a cell.
  let dtype: DType

  /// The bytes of a cell.
  var itemSize: Int { dtype.size }

  /// Cells an axis, halo included.
  var allocated: PerAxis { PerAxis(owned.map { $0 + 2 * halo }) }

  /// Where all cells lie, halo included.
  func layout(_ order: Layout.Order) -> Layout {
    Layout(contiguous: allocated, itemSize: itemSize, order: order)
  }

  /// The slices that name every owned cell.
  var ownedSlices: [AxisSlice] { owned.map { .range(halo..<halo + $0) } }

  /// On an axis, the owned cells that the upper neighbour needs.
  func sent(_ axis: Int) -> AxisSlice { .range(owned[axis]..<owned[axis] + halo) }

  /// On an axis, the halo cells that the lower neighbour fills.
  func received(_ axis: Int) -> AxisSlice { .range(0..<halo) }
}
