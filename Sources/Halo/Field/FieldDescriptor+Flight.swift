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
}
