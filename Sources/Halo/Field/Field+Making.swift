public import Memory
public import Strided
public import Topology

extension Field {
  /// Allocates a field of its own, on no grid.
  ///
  /// - Parameters:
  ///   - extents: Owned cells along each axis.
  ///   - halo: Halo widths, for all axes or one an axis.
  ///   - value: What every cell holds at first, halo included.
  ///   - order: Which axis is contiguous in memory: the last (`.c`) or the first (`.fortran`).
  ///   - rowPadding: Cells that lie unused behind each row of that axis, so that rows start at other places of
  ///     cache lines and cache sets.
  ///   - name: How errors call the field; ranks and blocks that share a plan give the same.
  ///   - allocator: Where its memory comes from; for a plan between ranks, ``Allocator/shared(onNodeOf:)`` saves copies.
  /// - Throws: `HaloError` if an extent is below 1, widths do not fit, or memory is short.
  /// - Complexity: O(cells).
  public init(
    _ extents: InlineArray<Rank, Int>, halo: HaloWidths, repeating value: Element, order: Layout.Order = .c,
    rowPadding: Int = 0, name: String? = nil, allocator: Allocator = .hugePages
  ) throws(HaloError) {
    for axis in 0..<Rank where extents[axis] < 1 {
      throw .topology(.emptyExtent(axis: axis, found: extents[axis]))
    }
    let block = GridBlock(wholeOf: (0..<Rank).map { extents[$0] })
    let descriptor = try Self.descriptor(
      axes: nil, over: block, halo: halo, order: order, rowPadding: rowPadding, in: allocator.space,
      name: name)
    try self.init(descriptor, over: block, repeating: value, name: name, allocator: allocator)
  }

  /// Allocates a rank's block of a grid.
  ///
  /// ```swift
  /// // A flux through the upper and lower faces of each cell, of two components, as in a Fortran code.
  /// let flux = try Field<Double, 4>(
  ///   on: grid, axes: [.grid(0), .grid(1), .grid(2, staggered: true), .extra(2)], halo: 1, repeating: 0,
  ///   order: .fortran)
  /// ```
  ///
  /// - Parameters:
  ///   - grid: The grid.
  ///   - axes: What each of the field's axes is; `nil` for the grid's axes in order.
  ///   - halo: Halo widths: one for all axes of the grid, or one an axis of the field. A halo that is given to an
  ///     extra axis is memory beside the owned points for a kernel's own use; no exchange touches it.
  ///   - value: What every cell holds at first, halo included.
  ///   - order: Which axis is contiguous in memory: the last (`.c`) or the first (`.fortran`).
  ///   - rowPadding: Cells that lie unused behind each row of that axis, so that rows start at other places of
  ///     cache lines and cache sets.
  ///   - name: How errors call the field; ranks and blocks that share a plan give the same.
  ///   - allocator: Where its memory comes from; `nil` for memory that the ranks of a node share, if there is such.
  /// - Throws: `HaloError` if the axes are not the grid's, a halo is wider than a block of the grid (on any rank: all
  ///   ranks throw the same), or memory is short.
  /// - Complexity: O(cells).
  public init(
    on grid: CartesianGrid, axes: [FieldAxis]? = nil, halo: HaloWidths, repeating value: Element,
    order: Layout.Order = .c, rowPadding: Int = 0, name: String? = nil, allocator: Allocator? = nil
  ) throws(HaloError) {
    try self.init(
      over: grid.block, of: grid, axes: axes, halo: halo, repeating: value, order: order,
      rowPadding: rowPadding, name: name, allocator: allocator ?? grid.memory.allocator
    ) { halo throws(TopologyError) in try grid.topology.check(halo: halo) }
  }

  /// Allocates one of a rank's blocks of any grid, which checks the halo along its axes.
  init(
    over block: GridBlock, of grid: some HaloGrid, axes: [FieldAxis]?, halo: HaloWidths,
    repeating value: Element, order: Layout.Order, rowPadding: Int, name: String?, allocator: Allocator,
    check: ([HaloSides]) throws(TopologyError) -> Void
  ) throws(HaloError) {
    let descriptor = try Self.descriptor(
      over: block, of: grid, axes: axes, halo: halo, order: order, rowPadding: rowPadding,
      in: allocator.space, name: name, check: check)
    try self.init(descriptor, over: block, repeating: value, name: name, allocator: allocator)
  }

  /// What a field of this type would be over one of a rank's blocks of any grid, which checks the halo along its axes.
  static func descriptor(
    over block: GridBlock, of grid: some HaloGrid, axes: [FieldAxis]?, halo: HaloWidths,
    order: Layout.Order, rowPadding: Int, in space: MemorySpace, aligningRows: Bool = true, name: String?,
    check: ([HaloSides]) throws(TopologyError) -> Void
  ) throws(HaloError) -> FieldDescriptor {
    guard axes != nil || grid.axisCount == Rank else {
      throw .fieldMismatch(
        FieldMismatch(
          rank: grid.communicator.rank, peer: nil, field: name ?? "field", property: "number of axes",
          expected: "\(grid.axisCount), as its grid has", found: "\(Rank)",
          advice: "give the field as many axes as the grid, or say with axes: what each of them is"))
    }
    let descriptor = try Self.descriptor(
      axes: axes, over: block, halo: halo, order: order, rowPadding: rowPadding, in: space,
      aligningRows: aligningRows, name: name)
    try HaloError.rethrow { () throws(TopologyError) in
      try check(descriptor.halo(onGridOf: grid.axisCount))
    }
    return descriptor
  }

  /// What a field of this type would be over a block, checked.
  static func descriptor(
    axes: [FieldAxis]?, over block: GridBlock, halo: HaloWidths, order: Layout.Order, rowPadding: Int,
    in space: MemorySpace = .host, aligningRows: Bool = true, name: String?
  ) throws(HaloError) -> FieldDescriptor {
    guard Rank >= 1, Rank <= PerAxis.maximumRank else {
      fatalError("Field: 1 to \(PerAxis.maximumRank) axes are supported, \(Rank) were asked for")
    }
    let axes = axes ?? (0..<Rank).map { .grid($0) }
    guard axes.count == Rank else {
      throw .invalidField(
        InvalidField(
          name: name, "axes", expected: "\(Rank), one an axis of the field", found: "\(axes.count)"))
    }
    let device = space.isReachableByProcessor ? nil : space.device
    return try FieldDescriptor(
      dtype: Element.dtype, axes: axes, over: block, halo: halo, order: order, rowPadding: rowPadding,
      device: device, alignsRows: device != nil && aligningRows, name: name)
  }
}

extension Field where Element: AdditiveArithmetic {
  /// Allocates a rank's block of a grid, all zero.
  ///
  /// As ``init(on:axes:halo:repeating:order:rowPadding:name:allocator:)`` with zero for the value.
  public init(
    on grid: CartesianGrid, axes: [FieldAxis]? = nil, halo: HaloWidths, order: Layout.Order = .c,
    rowPadding: Int = 0, name: String? = nil, allocator: Allocator? = nil
  ) throws(HaloError) {
    try self.init(
      on: grid, axes: axes, halo: halo, repeating: .zero, order: order, rowPadding: rowPadding, name: name,
      allocator: allocator)
  }
}
