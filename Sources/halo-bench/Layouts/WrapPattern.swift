import Halo

/// The halo of both sides of one periodic axis, filled from the other side of the same fields.
struct WrapPattern {
  /// The fields that are wrapped together.
  static let fieldCount = 3

  let axis: Int
  /// Owned cells an axis; there is a halo on the wrapped axis alone.
  let owned: PerAxis
  let halo: Int
  let itemSize: Int

  /// The cells that one side of one field has.
  private var cellsOfSide: Int {
    owned.indices.reduce(1) { $0 * ($1 == axis ? halo : owned[$1]) }
  }

  /// The bytes that are copied for all fields.
  var byteCount: Int { Self.fieldCount * 2 * cellsOfSide * itemSize }

  /// The bytes of all fields.
  var memoryBytes: Int {
    Self.fieldCount * itemSize * owned.indices.reduce(1) { $0 * (owned[$1] + ($1 == axis ? 2 * halo : 0)) }
  }
}
