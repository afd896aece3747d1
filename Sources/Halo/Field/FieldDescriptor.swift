import Memory
import Strided
import Topology

/// What a plan must know of a field: nothing of its Swift type, everything of its memory.
struct FieldDescriptor: Equatable {
  let dtype: DType
  /// What each of the field's axes is.
  let axes: [FieldAxis]
  /// Which of its rank's blocks the field covers; 0 where a rank has one.
  let block: Int
  /// Owned points of each axis: one more than cells where it is staggered.
  let extents: PerAxis
  let haloBelow: PerAxis
  let haloAbove: PerAxis
  /// Bytes from one point to the next of each axis; in any order, and with gaps.
  let strides: PerAxis
  /// The axis whose points follow each other in memory.
  let rowAxis: Int
  /// The device whose own memory the field lies in; `nil` where the processor can touch it.
  var device: Device?
  /// Elements in front of the first point, so that rows on a device begin where its memory is read best.
  var frontPadding = 0
  /// The only part that is exchanged; `nil` for all of the field.
  private(set) var components: ComponentRange?

  /// The layout of a box of points, counted in bytes from the first owned one.
  func layout(of box: [Range<Int>]) -> Layout {
    var offset = 0
    for (axis, range) in box.enumerated() { offset += range.lowerBound * strides[axis] }
    return Layout(
      shape: PerAxis(box.map(\.count)), strides: strides, itemSize: dtype.size, offset: offset)
  }

  /// All bytes of the field, counted from its first owned point.
  var byteBounds: Range<Int> {
    layout(of: axes.indices.map { -haloBelow[$0]..<extents[$0] + haloAbove[$0] }).byteBounds
  }

  /// The halo's widths as they would be written in source.
  var haloDescription: String {
    HaloWidths(zip(haloBelow, haloAbove).map { HaloSides(lower: $0, upper: $1) }).description
  }
}

// MARK: - Components

extension FieldDescriptor {
  /// The same field, of which only some components are exchanged.
  func holding(_ components: ComponentRange?) -> FieldDescriptor {
    var part = self
    part.components = components
    return part
  }

  /// The same field, all of which is exchanged.
  var whole: FieldDescriptor { holding(nil) }

  /// The points of an extra axis that are exchanged.
  func exchangedPoints(along axis: Int) -> Range<Int> {
    components.flatMap { $0.axis == axis ? $0.indices : nil } ?? 0..<extents[axis]
  }
}

// MARK: - On a grid

extension FieldDescriptor {
  /// Whether each axis has a point more than the grid's block has cells.
  var staggered: [Bool] { axes.map(\.isStaggered) }

  /// The cells of the grid's block along an axis of the field: one less than points where it is staggered.
  func cells(along axis: Int) -> Int { extents[axis] - (axes[axis].isStaggered ? 1 : 0) }

  /// The axis of the field that is an axis of the grid, or `nil` if the field has no such axis.
  func axis(ofGrid gridAxis: Int) -> Int? {
    axes.firstIndex { $0.gridAxis == gridAxis }
  }

  /// Whether the field is staggered along each of a grid's axes; not along those that it does not have.
  func staggered(onGridOf axisCount: Int) -> [Bool] {
    (0..<axisCount).map { gridAxis in axis(ofGrid: gridAxis).map { axes[$0].isStaggered } ?? false }
  }

  /// The halo's widths along each of a grid's axes; zero along those that the field does not have.
  func halo(onGridOf axisCount: Int) -> [HaloSides] {
    (0..<axisCount).map { gridAxis in
      guard let axis = axis(ofGrid: gridAxis) else { return 0 }
      return HaloSides(lower: haloBelow[axis], upper: haloAbove[axis])
    }
  }

  /// The same field with a halo that is nowhere wider along the axes of the grid.
  func narrowed(to width: Int) -> FieldDescriptor {
    var (below, above) = (haloBelow, haloAbove)
    for axis in axes.indices where axes[axis].gridAxis != nil {
      below[axis] = min(below[axis], width)
      above[axis] = min(above[axis], width)
    }
    return FieldDescriptor(
      dtype: dtype, axes: axes, block: block, extents: extents, haloBelow: below, haloAbove: above,
      strides: strides, rowAxis: rowAxis, device: device, frontPadding: frontPadding, components: components)
  }

  /// The widest side of the halo along the axes of the grid.
  var widestHalo: Int {
    axes.indices.map { axes[$0].gridAxis == nil ? 0 : max(haloBelow[$0], haloAbove[$0]) }.max() ?? 0
  }
}
