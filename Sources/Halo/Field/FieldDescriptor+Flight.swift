extension FieldDescriptor {
  /// The points that no message of a grid's own links carries, along each axis: what may be written in flight.
  var quiet: [Range<Int>] {
    axes.indices.map { axis in
      let (extent, below, above) = (extents[axis], haloBelow[axis], haloAbove[axis])
      // The halo of an axis that is not split is the user's own.
      guard axes[axis].gridAxis != nil else { return -below..<extent + above }
      // What fills the lower neighbour's upper halo starts behind the point that both have.
      let stagger = axes[axis].isStaggered ? 1 : 0
      let lower = min(above > 0 ? above + stagger : 0, extent)
      return lower..<max(extent - (below > 0 ? below + stagger : 0), lower)
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

  /// All bytes of the field, counted from its first owned point.
  var byteBounds: Range<Int> {
    layout(of: axes.indices.map { -haloBelow[$0]..<extents[$0] + haloAbove[$0] }).byteBounds
  }
}
