extension Field {
  /// How errors call the field, if it was given a name.
  public var name: String? { storage.name }

  /// What each axis of the field is.
  public var axes: [FieldAxis] { storage.descriptor.axes }

  /// The axis that is contiguous in memory, along which rows run: the last, or the first in Fortran order.
  @inlinable
  public var rowAxis: Int { unsafe shape.pointee.rowAxis }

  /// Owned points along each axis: one more than cells on a staggered one.
  @inlinable
  public var extents: InlineArray<Rank, Int> { unsafe shape.pointee.owned.upper }

  /// Every owned point.
  @inlinable
  public var owned: Box<Rank> { unsafe shape.pointee.owned }

  /// Every point, halo included.
  @inlinable
  public var allocated: Box<Rank> { unsafe shape.pointee.whole }

  /// The global index of the first owned point; 0 along an extra axis.
  @inlinable
  public var globalOrigin: InlineArray<Rank, Int> { unsafe shape.pointee.globalOrigin }

  /// The global index of an owned point.
  ///
  /// The last point of a staggered axis that closes on itself has the index of the first, 0, which it is.
  ///
  /// ```swift
  /// let x = Double(u.globalIndex(of: [i, j])[0]) * spacing
  /// ```
  @inlinable
  public func globalIndex(of point: InlineArray<Rank, Int>) -> InlineArray<Rank, Int> {
    unsafe shape.pointee.globalIndex(of: point)
  }

  /// The owned points of the field that belong to a box of the grid's cells: what a kernel computes of the field
  /// when it is called for the box.
  ///
  /// A cell has the point of its own index, and the last cell of a block also the last point of a staggered axis.
  /// Axes that are not the grid's are taken whole. Boxes that hold every cell once so hold every point once:
  ///
  /// ```swift
  /// try halo.update(&pressure) { pressure, cells in
  ///   let faces = flux.points(of: cells)
  ///   for i in faces[0] { … }
  /// }
  /// ```
  ///
  /// - Precondition: The box lies in the owned cells and has at least the axes of the grid that the field has.
  @inlinable
  public func points<let GridRank: Int>(of cells: Box<GridRank>) -> Box<Rank> {
    var points = owned
    for axis in 0..<Rank {
      let gridAxis = unsafe shape.pointee.gridAxes[axis]
      guard gridAxis >= 0 else { continue }
      guard gridAxis < GridRank else {
        fatalError("Field: a box of \(GridRank) axes has no cells along axis \(gridAxis) of the grid")
      }
      points[axis] = cells[gridAxis]
      let stagger = unsafe shape.pointee.stagger[axis]
      if cells.upper[gridAxis] + stagger == owned.upper[axis] { points.upper[axis] += stagger }
    }
    return points
  }
}
