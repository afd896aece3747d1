public import Memory
public import Strided
public import Topology

extension Field {
  /// Allocates one of a rank's blocks of a cubed sphere.
  ///
  /// Global indices are those of the block's tile, rows and columns.
  ///
  /// ```swift
  /// // A wind through the western and eastern faces of each cell, on 79 levels.
  /// let wind = try Field<Double, 3>(
  ///   on: sphere, block: 0, axes: [.extra(79), .grid(0), .grid(1, staggered: true)], halo: 3)
  /// ```
  ///
  /// - Parameters:
  ///   - grid: The sphere, whose axes are rows (0) and columns (1).
  ///   - block: Which of this rank's blocks, from 0 on.
  ///   - axes: What each of the field's axes is; `nil` for rows and columns.
  ///   - halo: Halo widths: one for rows and columns, or one an axis of the field.
  ///   - value: What every cell holds at first, halo included.
  ///   - order: Which axis is contiguous in memory: the last (`.c`) or the first (`.fortran`).
  ///   - rowPadding: Cells that lie unused behind each row of that axis.
  ///   - name: How errors call the field; ranks and blocks that share a plan give the same.
  ///   - allocator: Where its memory comes from; `nil` for memory that the ranks of a node share, if there is such.
  /// - Throws: `HaloError` if the axes are not the grid's, a halo is wider than a block of the grid is long or broad
  ///   (on any rank: all ranks throw the same), or memory is short. Traps if the rank has no such block.
  /// - Complexity: O(cells).
  public init(
    on grid: CubedSphereGrid, block: Int = 0, axes: [FieldAxis]? = nil, halo: HaloWidths,
    repeating value: Element, order: Layout.Order = .c, rowPadding: Int = 0, name: String? = nil,
    allocator: Allocator? = nil
  ) throws(HaloError) {
    try self.init(
      over: grid.block(block), of: grid, axes: axes, halo: halo, repeating: value, order: order,
      rowPadding: rowPadding, name: name, allocator: allocator ?? grid.memory.allocator
    ) { halo throws(TopologyError) in try grid.topology.check(halo: halo) }
  }
}

extension Field where Element: AdditiveArithmetic {
  /// Allocates one of a rank's blocks of a cubed sphere, all zero.
  ///
  /// As ``init(on:block:axes:halo:repeating:order:rowPadding:name:allocator:)`` with zero for the value.
  public init(
    on grid: CubedSphereGrid, block: Int = 0, axes: [FieldAxis]? = nil, halo: HaloWidths,
    order: Layout.Order = .c, rowPadding: Int = 0, name: String? = nil, allocator: Allocator? = nil
  ) throws(HaloError) {
    try self.init(
      on: grid, block: block, axes: axes, halo: halo, repeating: .zero, order: order, rowPadding: rowPadding,
      name: name, allocator: allocator)
  }
}
